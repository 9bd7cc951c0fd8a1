using CifarFast.Engine.Data;
using CifarFast.Engine.Kernels.Loss;
using CifarFast.Engine.Networks;

namespace CifarFast.Engine.Training;

/// <summary>Measures a network on a set of images.</summary>
internal sealed class Evaluator(Network network, ImageSet images)
{
    private readonly BatchLoader _loader = new(network, images);
    private readonly int[] _order = [.. Enumerable.Range(0, images.Count)];

    /// <summary>An evaluator, or null where there are no images.</summary>
    public static Evaluator? Of(Network network, ImageSet? images) => images is { Count: > 0 } ? new Evaluator(network, images) : null;

    /// <summary>Images of the set.</summary>
    public int Count => _order.Length;

    /// <summary>Computes the mean loss and the accuracy, 0 to 1.</summary>
    /// <param name="progress">Is told after each batch how many images are done.</param>
    /// <param name="cancellation">Ends the evaluation.</param>
    /// <exception cref="OperationCanceledException">Cancellation was asked for.</exception>
    public (double Loss, double Accuracy) Run(Action<int> progress, CancellationToken cancellation)
    {
        double lossSum = 0;
        int correct = 0;
        for (int done = 0; done < _order.Length;)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(network.BatchSize, _order.Length - done);
            ReadOnlySpan<byte> labels = _loader.Load(_order.AsMemory(done, count));
            network.Forward(count);
            (double batchLoss, int batchCorrect) = SoftmaxCrossEntropy.Run(
                network.Output.Activation.Span, network.Output.Layout.Features, network.Output.Layout.Stride, labels, gradient: default);
            lossSum += batchLoss;
            correct += batchCorrect;
            done += count;
            progress(done);
        }

        return (lossSum / _order.Length, (double)correct / _order.Length);
    }
}
