using CifarFast.Engine.Data;
using CifarFast.Engine.Diagnostics;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels.Reduction;
using CifarFast.Engine.Losses;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Recipes;

namespace CifarFast.Engine.Training;

/// <summary>One step of training: a batch from its bytes to the updated weights.</summary>
internal sealed class TrainingStep(Network network, ImageSet images, Recipe recipe)
{
    private readonly BatchLoader _loader = new(network, images);
    private readonly Loss _loss = recipe.Loss;
    private readonly double[] _losses = new double[network.BatchSize];

    /// <summary>What updates the weights.</summary>
    public OptimizerState Optimizer { get; } = new(network, recipe.Optimizer);

    /// <summary>The average of the weights; null where none is wanted.</summary>
    public AverageState? Average { get; } = recipe.Average is null ? null : new AverageState(network, recipe.Average);

    /// <summary>Trains on a batch of images.</summary>
    /// <param name="indices">Which images.</param>
    /// <param name="learningRateFactor">What the learning rate is multiplied by.</param>
    /// <param name="cancellation">Gives the step up, unless it has got as far as the update, which alone writes what training goes on from.</param>
    /// <returns>The sum of their losses and how many were classified correctly, both as they were before the update.</returns>
    /// <exception cref="OperationCanceledException">Cancellation was asked for: it is as if the step had never begun.</exception>
    public (double LossSum, int Correct) Run(ReadOnlyMemory<int> indices, double learningRateFactor, CancellationToken cancellation = default)
    {
        network.Progress.Begin(network.WorkOf(indices.Length));
        ReadOnlySpan<int> labels;
        using (EngineEvents.Phase("load"))
        {
            labels = _loader.Load(indices, cancellation);
        }

        using (EngineEvents.Phase("forward"))
        {
            network.Forward(labels.Length, cancellation);
        }

        Span<double> losses = _losses.AsSpan(0, labels.Length);
        int correct;
        using (EngineEvents.Phase("loss"))
        {
            correct = _loss.Run(
                network.Output.Activation.Span,
                network.Output.Layout.Features,
                network.Output.Layout.Stride,
                labels,
                labels.Length,
                network.Output.Gradient.Batch.Span,
                losses);
        }

        using (EngineEvents.Phase("backward"))
        {
            network.Backward(labels.Length, cancellation);
        }

        using (EngineEvents.Phase("update"))
        {
            Optimizer.Update(learningRateFactor);
            Average?.Update();
        }

        network.Progress.End();
        return (OrderedSum.Of(losses), correct);
    }
}
