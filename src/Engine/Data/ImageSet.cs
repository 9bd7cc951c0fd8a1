using System.Buffers.Binary;
using System.Security.Cryptography;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Randomness;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Data;

/// <summary>
/// Images of one size with their labels, as bytes: what a data set's training or test half is, and a batch of it. The pixels lie in one
/// block of memory, or in several where the set is larger than an array can be.
/// </summary>
public sealed class ImageSet
{
    /// <summary>Sets this stream apart from all others that start from the same seed ("HOLD" in ASCII).</summary>
    private const ulong SplitStream = 0x484F4C44UL << 32;

    /// <summary>What a block should have at most: far below what an array can have, and few blocks even so.</summary>
    private const int MaxBlockBytes = 1 << 30;

    private readonly ReadOnlyMemory<byte>[] _blocks;
    private readonly int _imagesPerBlock;
    private readonly int _imageBytes;
    private readonly ReadOnlyMemory<int> _labels;
    private readonly ReadOnlyMemory<string> _names;
    private readonly int _first;
    private readonly int[]? _indices;
    private string? _sha256;

    /// <summary>Wraps pixels and labels; nothing is copied.</summary>
    /// <param name="channels">Colour planes an image.</param>
    /// <param name="height">Rows an image.</param>
    /// <param name="width">Pixels a row.</param>
    /// <param name="pixels">Image after image, each channels × height × width bytes, plane by plane and row by row.</param>
    /// <param name="labels">The class of each image, from 0.</param>
    /// <exception cref="ArgumentException">There are not as many pixels as the labels and the size ask for, or a label is negative.</exception>
    public ImageSet(int channels, int height, int width, ReadOnlyMemory<byte> pixels, ReadOnlyMemory<int> labels)
        : this(channels, height, width, [pixels], Math.Max(1, labels.Length), labels)
    {
    }

    /// <summary>Wraps pixels that lie in several blocks, and labels; nothing is copied.</summary>
    /// <param name="channels">Colour planes an image.</param>
    /// <param name="height">Rows an image.</param>
    /// <param name="width">Pixels a row.</param>
    /// <param name="pixels">Blocks of whole images, each channels × height × width bytes, plane by plane and row by row.</param>
    /// <param name="imagesPerBlock">Images in every block but the last, which may have fewer; <see cref="ImagesPerBlock"/> is a good number.</param>
    /// <param name="labels">The class of each image, from 0.</param>
    /// <exception cref="ArgumentException">There are not as many pixels as the labels and the size ask for, or a label is negative.</exception>
    public ImageSet(int channels, int height, int width, IReadOnlyList<ReadOnlyMemory<byte>> pixels, int imagesPerBlock, ReadOnlyMemory<int> labels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(imagesPerBlock);
        _imageBytes = ImageBytes(channels, height, width);
        _imagesPerBlock = imagesPerBlock;
        _blocks = [.. pixels];
        long expected = (long)labels.Length * _imageBytes;
        long found = _blocks.Sum(block => (long)block.Length);
        if (found != expected)
        {
            throw new ArgumentException(
                $"{Quantity.Of(labels.Length, "image")} of {channels}×{height}×{width} take {expected} bytes, not {found}", nameof(pixels));
        }

        long blockBytes = (long)imagesPerBlock * _imageBytes;
        for (int i = 0; i < _blocks.Length; i++)
        {
            int length = _blocks[i].Length;
            if (length > blockBytes || (length < blockBytes && i < _blocks.Length - 1))
            {
                throw new ArgumentException(
                    $"block {i} has {length} bytes, but {Quantity.Of(imagesPerBlock, "image")} of {channels}×{height}×{width} take {blockBytes}", nameof(pixels));
            }
        }

        CheckLabels(labels.Span);
        Shape = new Shape(channels, height, width);
        _labels = labels;
    }

    /// <summary>Images of <paramref name="whole"/>: those at the places <paramref name="first"/>, … of <paramref name="indices"/>.</summary>
    private ImageSet(ImageSet whole, ReadOnlyMemory<int> labels, ReadOnlyMemory<string> names, int first, int[]? indices)
    {
        Shape = whole.Shape;
        _blocks = whole._blocks;
        _imagesPerBlock = whole._imagesPerBlock;
        _imageBytes = whole._imageBytes;
        _labels = labels;
        _names = names;
        _first = first;
        _indices = indices;
    }

    /// <summary>The shape of an image: channels × height × width.</summary>
    public Shape Shape { get; }

    /// <summary>Colour planes an image.</summary>
    public int Channels => Shape[0];

    /// <summary>Rows an image.</summary>
    public int Height => Shape[1];

    /// <summary>Pixels a row.</summary>
    public int Width => Shape[2];

    /// <summary>How many images there are.</summary>
    public int Count => _labels.Length;

    /// <summary>The class of each image.</summary>
    public ReadOnlySpan<int> Labels => _labels.Span;

    /// <summary>The bytes of image <paramref name="index"/>: channels × height × width, plane by plane and row by row.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    public ReadOnlySpan<byte> Pixels(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        (int block, int within) = Math.DivRem(NumberOf(index), _imagesPerBlock);
        return _blocks[block].Span.Slice(within * _imageBytes, _imageBytes);
    }

    /// <summary>What image <paramref name="index"/> is called, such as the file that it was read from; null where images have no names.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    public string? Name(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return _names.IsEmpty ? null : _names.Span[index];
    }

    /// <summary>The same images, each with a name; nothing is copied, and the names do not count among what tells sets apart.</summary>
    /// <exception cref="ArgumentException">There are not as many names as images.</exception>
    public ImageSet WithNames(ReadOnlyMemory<string> names) => names.Length == Count
        ? new ImageSet(this, _labels, names, _first, _indices)
        : throw new ArgumentException($"{Quantity.Of(Count, "image")} cannot have {Quantity.Of(names.Length, "name")}", nameof(names));

    /// <summary>The same images with other classes: what another data set, or a network, calls them by; no pixels are copied.</summary>
    /// <exception cref="ArgumentException">There are not as many labels as images, or one is negative.</exception>
    public ImageSet WithLabels(ReadOnlyMemory<int> labels)
    {
        if (labels.Length != Count)
        {
            throw new ArgumentException($"{Quantity.Of(Count, "image")} cannot have {Quantity.Of(labels.Length, "label")}", nameof(labels));
        }

        CheckLabels(labels.Span);
        return new ImageSet(this, labels, _names, _first, _indices);
    }

    /// <summary>How many images of a size to put into a block: as many as a gigabyte (2³⁰ bytes) takes, and at least one.</summary>
    /// <exception cref="ArgumentException">The size is not positive, or larger than an array can be.</exception>
    public static int ImagesPerBlock(int channels, int height, int width) => Math.Max(1, MaxBlockBytes / ImageBytes(channels, height, width));

    /// <summary>
    /// What tells the set from others: the SHA-256 of its labels and pixels, image after image, in hexadecimal. A label
    /// is one byte, or four bytes, the lowest first, where any label of the set is above 255. Of a half of CIFAR-10 the sum is
    /// that of its files in the binary version, one after another. It is computed once.
    /// </summary>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="OperationCanceledException">Cancellation was asked for.</exception>
    public string Sha256(CancellationToken cancellation = default) => _sha256 ??= ComputeSha256(cancellation);

    /// <summary>
    /// Measures the mean and the standard deviation of each channel over all pixels, of values in 0..1. Bytes are summed as whole numbers,
    /// so the numbers are the same in whatever order. A channel that is the same everywhere has the deviation 1.
    /// </summary>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="InvalidOperationException">There are no images.</exception>
    /// <exception cref="OperationCanceledException">Cancellation was asked for.</exception>
    public Normalize MeasureNormalize(CancellationToken cancellation = default)
    {
        if (Count == 0)
        {
            throw new InvalidOperationException("no images have no mean");
        }

        long[] sums = new long[Channels];
        long[] squares = new long[Channels];
        Parallel.For(0, Count, new ParallelOptions { CancellationToken = cancellation }, image =>
        {
            int plane = Height * Width;
            for (int channel = 0; channel < Channels; channel++)
            {
                long sum = 0;
                long square = 0;
                foreach (byte value in Pixels(image).Slice(channel * plane, plane))
                {
                    sum += value;
                    square += value * value;
                }

                Interlocked.Add(ref sums[channel], sum);
                Interlocked.Add(ref squares[channel], square);
            }
        });

        long count = (long)Count * Height * Width;
        return new Normalize(
            [.. sums.Select(sum => (float)((double)sum / count / byte.MaxValue))],
            [.. sums.Zip(squares, (sum, square) => Deviation(sum, square, count))]);
    }

    /// <summary>The first <paramref name="count"/> images, or all where there are fewer; nothing is copied.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public ImageSet Take(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return Slice(0, Math.Min(count, Count));
    }

    /// <summary>The <paramref name="count"/> images from <paramref name="first"/> on; nothing is copied.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no such images.</exception>
    public ImageSet Slice(int first, int count) => new(this, _labels.Slice(first, count), _names.IsEmpty ? _names : _names.Slice(first, count), _first + first, _indices);

    /// <summary>The images at <paramref name="indices"/>, in that order; of them only labels and names are copied.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such image.</exception>
    public ImageSet Select(ReadOnlySpan<int> indices)
    {
        int[] labels = new int[indices.Length];
        int[] places = new int[indices.Length];
        string[] names = _names.IsEmpty ? [] : new string[indices.Length];
        for (int i = 0; i < indices.Length; i++)
        {
            labels[i] = Labels[indices[i]];
            places[i] = NumberOf(indices[i]);
            if (names.Length > 0)
            {
                names[i] = _names.Span[indices[i]];
            }
        }

        return new ImageSet(this, labels, names, first: 0, places);
    }

    /// <summary>Splits the set into two at random, every division equally likely; the images keep their order within either.</summary>
    /// <param name="share">How much of the set to hold out, above 0 and below 1; it is rounded to whole images, at least one on either side.</param>
    /// <param name="seed">Decides which.</param>
    /// <returns>What is left, and what is held out.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="share"/> is not between 0 and 1.</exception>
    /// <exception cref="InvalidOperationException">There are not two images.</exception>
    public (ImageSet Kept, ImageSet HeldOut) Split(double share, ulong seed)
    {
        if (share is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(share));
        }

        if (Count < 2)
        {
            throw new InvalidOperationException("of fewer than two images none can be held out");
        }

        int[] order = [.. Enumerable.Range(0, Count)];
        new Xoshiro256(seed, SplitStream).Shuffle<int>(order);
        int count = Math.Clamp((int)Math.Round(share * Count), 1, Count - 1);
        Span<int> heldOut = order.AsSpan(0, count);
        Span<int> rest = order.AsSpan(count);
        heldOut.Sort();
        rest.Sort();
        return (Select(rest), Select(heldOut));
    }

    /// <summary>The number of an image in the data set that this is a part of: where it lies in the blocks, counted in images.</summary>
    internal int NumberOf(int index) => _indices is null ? _first + index : _indices[_first + index];

    private static void CheckLabels(ReadOnlySpan<int> labels)
    {
        int wrong = labels.IndexOfAnyInRange(int.MinValue, -1);
        if (wrong >= 0)
        {
            throw new ArgumentException($"image {wrong} has label {labels[wrong]}, expected 0 or more", nameof(labels));
        }
    }

    private static int ImageBytes(int channels, int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        Int128 bytes = (Int128)channels * height * width;
        return bytes <= Array.MaxLength
            ? (int)bytes
            : throw new ArgumentException($"an image of {channels}×{height}×{width} is larger than an array can be", nameof(channels));
    }

    /// <summary>The root of the mean square less the square of the mean; what is taken the root of is a whole number, and exact.</summary>
    private static float Deviation(long sum, long squares, long count)
    {
        Int128 spread = ((Int128)count * squares) - ((Int128)sum * sum);
        float deviation = (float)(Math.Sqrt((double)spread) / count / byte.MaxValue);
        return deviation > 0 ? deviation : 1;
    }

    private string ComputeSha256(CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        int labelBytes = Labels.ContainsAnyExceptInRange(byte.MinValue, byte.MaxValue) ? sizeof(int) : sizeof(byte);
        Span<byte> label = stackalloc byte[sizeof(int)];
        for (int i = 0; i < Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            BinaryPrimitives.WriteInt32LittleEndian(label, Labels[i]);
            hash.AppendData(label[..labelBytes]);
            hash.AppendData(Pixels(i));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
