using CifarFast.Engine.Data;
using CifarFast.Engine.Kernels.Loss;
using CifarFast.Engine.Networks;

namespace CifarFast.Engine.Training;

/// <summary>One step of training: a batch from its bytes to the updated weights.</summary>
internal sealed class TrainingStep(Network network, ImageSet images, TrainingOptions options)
{
    private readonly BatchLoader _loader = new(network, images);
    private readonly Sgd _optimizer = new(network, options);

    /// <summary>Trains on the images at <paramref name="indices"/>.</summary>
    /// <returns>The sum of their losses and how many were classified correctly, both as they were before the update.</returns>
    public (double LossSum, int Correct) Run(ReadOnlyMemory<int> indices)
    {
        ReadOnlySpan<byte> labels = _loader.Load(indices);
        network.Forward(labels.Length);
        (double lossSum, int correct) = SoftmaxCrossEntropy.Run(
            network.Output.Activation.Span,
            network.Output.Layout.Features,
            network.Output.Layout.Stride,
            labels,
            network.Output.Gradient.Span);
        network.Backward(labels.Length);
        _optimizer.Step();
        return (lossSum, correct);
    }
}
