using CifarFast.Engine.Data;
using CifarFast.Engine.Execution;

namespace CifarFast.Engine.Evaluation;

/// <summary>Takes a network through a set of images.</summary>
internal sealed class Evaluator(Network network, ImageSet images)
{
    /// <summary>
    /// Images computed at a time unless another number is asked for. Without gradients they take little memory, and threads wait
    /// for each other only between batches.
    /// </summary>
    public const int BatchSize = 256;

    private readonly IReadOnlyList<Batch> _batches = Batches(network, images);

    /// <summary>The images.</summary>
    public ImageSet Images => images;

    /// <summary>Computes what the network says of each image.</summary>
    /// <param name="progress">Is told after each batch how many images are done.</param>
    /// <param name="cancellation">Ends the evaluation.</param>
    /// <exception cref="OperationCanceledException">Cancellation was asked for.</exception>
    public Predictions Run(Action<int>? progress, CancellationToken cancellation)
    {
        int classes = network.Architecture.OutputShape.Count;
        float[] logits = new float[images.Count * classes];
        int done = 0;
        foreach (Batch batch in _batches)
        {
            network.Load(batch, cancellation);
            network.Forward(batch.Count, cancellation);
            network.Outputs.CopyTo(logits.AsSpan(done * classes));
            done += batch.Count;
            progress?.Invoke(done);
        }

        return new Predictions(logits, classes);
    }

    private static IReadOnlyList<Batch> Batches(Network network, ImageSet images)
    {
        network.CheckTakes(images);
        return new DataLoader(images, network.BatchSize).Epoch(0);
    }
}
