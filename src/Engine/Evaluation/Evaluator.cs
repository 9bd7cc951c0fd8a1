using CifarFast.Engine.Data;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Nn;

namespace CifarFast.Engine.Evaluation;

/// <summary>Takes a network through a set of images.</summary>
internal sealed class Evaluator
{
    /// <summary>
    /// Images computed at a time unless another number is asked for. Without gradients they take little memory, and threads wait
    /// for each other only between batches.
    /// </summary>
    public const int BatchSize = 256;

    private readonly Network _network;
    private readonly TestTimeAugmentation _augmentation;
    private readonly IReadOnlyList<Batch> _batches;
    private bool _isPrepared;

    /// <summary>Prepares an evaluation.</summary>
    /// <param name="network">The network.</param>
    /// <param name="images">The images.</param>
    /// <param name="augmentation">What the network is shown of each.</param>
    /// <exception cref="ShapeException">The network does not take images of this size, they are too small to be moved, or there are too many for so many classes.</exception>
    public Evaluator(Network network, ImageSet images, TestTimeAugmentation augmentation = TestTimeAugmentation.None)
    {
        network.CheckTakes(images);
        if (augmentation is TestTimeAugmentation.MirrorAndShifts or TestTimeAugmentation.Shifts && !ImageViews.CanShift(images.Shape))
        {
            throw new ShapeException($"images of {images.Shape} have no pixel beside their edge to reflect: test-time augmentation cannot move them");
        }

        if ((long)images.Count * network.Architecture.OutputShape.Count > Array.MaxLength)
        {
            throw new ShapeException(
                $"{Quantity.Of(images.Count, "image")} of {Quantity.Of(network.Architecture.OutputShape.Count, "class", "classes")} have more than the {Array.MaxLength:N0} logits that an evaluation can keep; evaluate fewer images at a time");
        }

        _network = network;
        _augmentation = augmentation;
        _batches = new DataLoader(images, network.BatchSize).Epoch(0);
        Images = images;
    }

    /// <summary>The images.</summary>
    public ImageSet Images { get; }

    private int Classes => _network.Architecture.OutputShape.Count;

    /// <summary>Computes what the network says of each image.</summary>
    /// <param name="progress">Is told after each batch how many images are done.</param>
    /// <param name="cancellation">Ends the evaluation.</param>
    /// <exception cref="OperationCanceledException">Cancellation was asked for.</exception>
    public Predictions Run(Action<int>? progress, CancellationToken cancellation)
    {
        float[] logits = new float[Images.Count * Classes];
        ImageViews? views = _augmentation == TestTimeAugmentation.None || _batches.Count == 0 ? null : new ImageViews(_batches[0].Count, Images.Shape);
        int done = 0;
        _isPrepared = false;
        foreach (Batch batch in _batches)
        {
            (views is null ? Logits(batch, cancellation) : MeanLogits(batch, views, cancellation)).CopyTo(logits, done * Classes);
            done += batch.Count;
            progress?.Invoke(done);
        }

        return new Predictions(logits, Classes);
    }

    /// <summary>The logits of a batch, averaged over the views of each image, always in this order.</summary>
    private float[] MeanLogits(Batch batch, ImageViews views, CancellationToken cancellation)
    {
        float[] Of(int shift, bool mirrored) => Logits(new Batch(views.Of(batch.Images, shift, mirrored)), cancellation);
        float[] At(int shift) => _augmentation == TestTimeAugmentation.Shifts
            ? Of(shift, mirrored: false)
            : Mean(Of(shift, mirrored: false), Of(shift, mirrored: true));
        return _augmentation == TestTimeAugmentation.Mirror ? At(0) : Mean(At(0), Mean(At(-1), At(1)));
    }

    private float[] Logits(Batch batch, CancellationToken cancellation)
    {
        _network.Load(batch, cancellation);
        _network.Forward(batch.Count, cancellation, _isPrepared);
        _isPrepared = true;
        float[] logits = new float[batch.Count * Classes];
        _network.Outputs.CopyTo(logits);
        return logits;
    }

    private static float[] Mean(float[] first, float[] second)
    {
        for (int i = 0; i < first.Length; i++)
        {
            first[i] = (0.5f * first[i]) + (0.5f * second[i]);
        }

        return first;
    }
}
