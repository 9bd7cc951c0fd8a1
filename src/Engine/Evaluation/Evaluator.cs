using CifarFast.Engine.Data;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Evaluation;

/// <summary>Takes a network through a set of images.</summary>
internal sealed class Evaluator(Network network, ImageSet images)
{
    /// <summary>
    /// Images computed at a time unless another number is asked for. Without gradients they take little memory, and threads wait
    /// for each other only between batches.
    /// </summary>
    public const int BatchSize = 256;

    private readonly BatchLoader _loader = new(network, images);
    private readonly int[] _order = [.. Enumerable.Range(0, images.Count)];

    /// <summary>The images.</summary>
    public ImageSet Images => images;

    /// <summary>Computes what the network says of each image.</summary>
    /// <param name="progress">Is told after each batch how many images are done.</param>
    /// <param name="cancellation">Ends the evaluation.</param>
    /// <exception cref="OperationCanceledException">Cancellation was asked for.</exception>
    public Predictions Run(Action<int>? progress, CancellationToken cancellation)
    {
        SampleLayout output = network.Output.Layout;
        float[] logits = new float[_order.Length * output.Features];
        for (int done = 0; done < _order.Length;)
        {
            int count = Math.Min(network.BatchSize, _order.Length - done);
            _loader.Load(_order.AsMemory(done, count), cancellation);
            network.Forward(count, cancellation);
            for (int i = 0; i < count; i++)
            {
                network.Output.Activation.Span.Slice(i * output.Stride, output.Features).CopyTo(logits.AsSpan((done + i) * output.Features));
            }

            done += count;
            progress?.Invoke(done);
        }

        return new Predictions(logits, output.Features);
    }
}
