using CifarFast.Engine.Data.Transforms;
using CifarFast.Engine.Kernels.Pixels;
using CifarFast.Engine.Tensors;
using CommunityToolkit.HighPerformance.Buffers;

namespace CifarFast.Engine.Data;

/// <summary>
/// A batch of images on its way into a network, with what is to become of them first. They are bytes until the network takes them: each is then
/// transformed anew, by whichever thread is free, as its random numbers depend on the image and the epoch alone.
/// </summary>
public sealed class Batch
{
    private readonly ReadOnlyMemory<int> _numbers;
    private readonly ulong _seed;
    private readonly int _epoch;

    /// <summary>Images as they are.</summary>
    /// <param name="images">The images.</param>
    public Batch(ImageSet images)
        : this(images, default, [], seed: 0, epoch: 0)
    {
    }

    /// <summary>Images to transform.</summary>
    /// <param name="images">The images.</param>
    /// <param name="numbers">The number of each in the set that is gone through.</param>
    /// <param name="transforms">What to do with each, in this order.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="epoch">The epoch.</param>
    internal Batch(ImageSet images, ReadOnlyMemory<int> numbers, IReadOnlyList<Transform> transforms, ulong seed, int epoch)
    {
        Images = images;
        Transforms = transforms;
        _numbers = numbers;
        _seed = seed;
        _epoch = epoch;
    }

    /// <summary>The images, before any transform.</summary>
    public ImageSet Images { get; }

    /// <summary>How many images there are.</summary>
    public int Count => Images.Count;

    /// <summary>The class of each image.</summary>
    public ReadOnlySpan<int> Labels => Images.Labels;

    /// <summary>What is done with each image, in this order.</summary>
    public IReadOnlyList<Transform> Transforms { get; }

    /// <summary>Computes an image as a network takes it.</summary>
    /// <param name="index">Its place in the batch.</param>
    /// <param name="image">Channels × height × width, plane by plane and row by row: overwritten with floats, 0..1 where no transform makes others of them.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    /// <exception cref="ArgumentException"><paramref name="image"/> has another length than an image.</exception>
    public void CopyImage(int index, Span<float> image)
    {
        ReadOnlySpan<byte> pixels = Images.Pixels(index);
        if (image.Length != pixels.Length)
        {
            throw new ArgumentException($"an image of {Images.Shape} takes {pixels.Length} floats, not {image.Length}", nameof(image));
        }

        PixelConversion.ToPlanes(pixels, image);
        using SpanOwner<float> spare = SpanOwner<float>.Allocate(Transforms.Count == 0 ? 0 : image.Length);
        var planes = new ImagePlanes(Images.Shape, image, spare.Span);
        for (int place = 0; place < Transforms.Count; place++)
        {
            Transforms[place].Apply(KeyOf(index, place), planes);
        }
    }

    /// <summary>Brings an image into a network's input.</summary>
    /// <param name="index">Its place in the batch.</param>
    /// <param name="layout">How the sample lies in memory.</param>
    /// <param name="sample">The sample.</param>
    internal void Load(int index, SampleLayout layout, Span<float> sample)
    {
        if (Transforms.Count == 0)
        {
            PixelConversion.Run(Images.Pixels(index), layout, sample);
            return;
        }

        using SpanOwner<float> image = SpanOwner<float>.Allocate(layout.Features);
        CopyImage(index, image.Span);
        PixelConversion.FromPlanes(image.Span, layout, sample);
    }

    private TransformKey KeyOf(int index, int place) => new(_seed, place, _epoch, _numbers.Span[index]);
}
