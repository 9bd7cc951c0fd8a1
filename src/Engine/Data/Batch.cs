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
    /// <summary>Sets the choice of partners apart from all else that starts from the same seed ("PART" in ASCII).</summary>
    private const uint PartnerKind = 0x50415254;

    private readonly ReadOnlyMemory<int> _numbers;

    /// <summary>The place of the transform that mixes images, or one beyond the last.</summary>
    private readonly int _mixing;

    /// <summary>With which image of the batch each is mixed; empty where none is.</summary>
    private readonly int[] _partners;
    private readonly ulong _seed;
    private readonly int _epoch;

    /// <summary>Images as they are.</summary>
    /// <param name="images">The images.</param>
    public Batch(ImageSet images)
        : this(images, default, [], seed: 0, epoch: 0, number: 0)
    {
    }

    /// <summary>Images to transform.</summary>
    /// <param name="images">The images.</param>
    /// <param name="numbers">What random numbers of each depend on: its number in the set that is gone through, or another one where it is drawn again.</param>
    /// <param name="transforms">What to do with each, in this order.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="epoch">The epoch.</param>
    /// <param name="number">The number of the batch in its epoch.</param>
    internal Batch(ImageSet images, ReadOnlyMemory<int> numbers, IReadOnlyList<Transform> transforms, ulong seed, int epoch, int number)
    {
        Images = images;
        Transforms = transforms;
        _numbers = numbers;
        _seed = seed;
        _epoch = epoch;
        _mixing = Transforms.TakeWhile(transform => transform is not MixingTransform).Count();
        _partners = IsMixed ? Partners(number) : [];
    }

    /// <summary>The images, before any transform.</summary>
    public ImageSet Images { get; }

    /// <summary>How many images there are.</summary>
    public int Count => Images.Count;

    /// <summary>The class of each image; where <see cref="IsMixed"/>, that of what it was before another was mixed into it.</summary>
    public ReadOnlySpan<int> Labels => Images.Labels;

    /// <summary>What is done with each image, in this order.</summary>
    public IReadOnlyList<Transform> Transforms { get; }

    /// <summary>Whether each image is mixed with another one, so that it is of two classes: see <see cref="CopyProbabilities"/>.</summary>
    public bool IsMixed => _mixing < Transforms.Count;

    /// <summary>Computes an image as a network takes it.</summary>
    /// <param name="index">Its place in the batch.</param>
    /// <param name="image">Channels × height × width floats, plane by plane and row by row, overwritten: 0..1 unless a transform goes beyond.</param>
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
        using SpanOwner<float> memory = SpanOwner<float>.Allocate(Transforms.Count == 0 ? 0 : image.Length * (IsMixed ? 2 : 1));
        Span<float> spare = memory.Span[..Math.Min(image.Length, memory.Length)];
        Span<float> partner = memory.Span[spare.Length..];
        Apply(index, 0, _mixing, new ImagePlanes(Images.Shape, image, spare, default));
        if (IsMixed)
        {
            // The other image is computed once more: what is at work on it may have got anywhere.
            PixelConversion.ToPlanes(Images.Pixels(_partners[index]), partner);
            Apply(_partners[index], 0, _mixing, new ImagePlanes(Images.Shape, partner, spare, default));
            Apply(index, _mixing, Transforms.Count, new ImagePlanes(Images.Shape, image, spare, partner));
        }
    }

    /// <summary>How probable each class of each image is: 1 for its own, or where images are mixed, the share that each of two has in it.</summary>
    /// <param name="probabilities">Images × classes, overwritten.</param>
    /// <exception cref="ArgumentException">There are not as many for each image.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is not a class.</exception>
    public void CopyProbabilities(Span<float> probabilities)
    {
        int classes = probabilities.Length / Math.Max(1, Count);
        if (classes == 0 || classes * Count != probabilities.Length)
        {
            throw new ArgumentException(
                $"probabilities of {Quantity.Of(Count, "image")} come in multiples of that, not {probabilities.Length}", nameof(probabilities));
        }

        int wrong = Labels.IndexOfAnyExceptInRange(0, classes - 1);
        if (wrong >= 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(probabilities), Labels[wrong], $"image {wrong} has a label that is none of {Quantity.Of(classes, "class", "classes")}");
        }

        probabilities.Clear();
        for (int i = 0; i < Count; i++)
        {
            Span<float> ofImage = probabilities.Slice(i * classes, classes);
            if (!IsMixed || Labels[i] == Labels[_partners[i]])
            {
                ofImage[Labels[i]] = 1;
            }
            else
            {
                float share = ((MixingTransform)Transforms[_mixing]).Share(KeyOf(i, _mixing), Images.Shape);
                ofImage[Labels[i]] = share;
                ofImage[Labels[_partners[i]]] = 1 - share;
            }
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

    /// <summary>Applies some of the transforms to an image.</summary>
    private void Apply(int index, int first, int end, ImagePlanes image)
    {
        for (int place = first; place < end; place++)
        {
            Transforms[place].Apply(KeyOf(index, place), image);
        }
    }

    /// <summary>
    /// For each image the next one along a random circle through all of them, so that none is mixed with itself unless it is alone.
    /// </summary>
    private int[] Partners(int number)
    {
        int[] circle = [.. Enumerable.Range(0, Count)];
        new TransformKey(_seed, _mixing, _epoch, number).Random(PartnerKind).Shuffle<int>(circle);
        int[] partners = new int[Count];
        for (int i = 0; i < Count; i++)
        {
            partners[circle[i]] = circle[(i + 1) % Count];
        }

        return partners;
    }

    private TransformKey KeyOf(int index, int place) => new(_seed, place, _epoch, _numbers.Span[index]);
}
