using CifarFast.Engine.Data;
using CifarFast.Engine.Diagnostics;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Losses;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Recipes;

namespace CifarFast.Engine.Training;

/// <summary>One step of training: a batch from its bytes to the updated weights.</summary>
internal sealed class TrainingStep(Network network, Recipe recipe)
{
    private readonly Loss _loss = recipe.Loss;

    /// <summary>What updates the weights.</summary>
    public OptimizerState Optimizer { get; } = new(network, recipe.Optimizer);

    /// <summary>The average of the weights; null where none is wanted.</summary>
    public AverageState? Average { get; } = recipe.Average is null ? null : new AverageState(network, recipe.Average);

    /// <summary>Trains on a batch of images.</summary>
    /// <param name="batch">The images, and how they are transformed.</param>
    /// <param name="position">Where in the run the step is.</param>
    /// <param name="cancellation">Gives the step up, unless it has got as far as the update, which alone writes what training goes on from.</param>
    /// <returns>Their loss as it was before the update.</returns>
    /// <exception cref="OperationCanceledException">Cancellation was asked for: it is as if the step had never begun.</exception>
    public LossResult Run(Batch batch, RunPosition position, CancellationToken cancellation = default)
    {
        network.Progress.Begin(network.WorkOf(batch.Count));
        using (EngineEvents.Phase("load"))
        {
            network.Load(batch, cancellation);
        }

        using (EngineEvents.Phase("forward"))
        {
            network.Forward(batch.Count, cancellation);
        }

        LossResult loss;
        using (EngineEvents.Phase("loss"))
        {
            loss = _loss.Run(network.Outputs, batch, network.OutputGradient);
        }

        using (EngineEvents.Phase("backward"))
        {
            network.Backward(batch.Count, cancellation);
        }

        using (EngineEvents.Phase("update"))
        {
            Optimizer.Step(recipe.Schedule, position);
            Average?.Update(position);
        }

        network.Progress.End();
        return loss;
    }
}
