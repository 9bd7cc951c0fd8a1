namespace CifarFast.Engine.Data;

/// <summary>Images of one size with their labels, as bytes: what a data set's training or test half is.</summary>
public sealed class ImageSet
{
    private readonly ReadOnlyMemory<byte> _pixels;
    private readonly ReadOnlyMemory<byte> _labels;

    /// <summary>Wraps pixels and labels; nothing is copied.</summary>
    /// <param name="channels">Colour planes an image.</param>
    /// <param name="height">Rows an image.</param>
    /// <param name="width">Pixels a row.</param>
    /// <param name="pixels">Image after image, each channels × height × width bytes, plane by plane and row by row.</param>
    /// <param name="labels">The class of each image.</param>
    /// <exception cref="ArgumentException">There are not as many pixels as the labels and the size ask for.</exception>
    public ImageSet(int channels, int height, int width, ReadOnlyMemory<byte> pixels, ReadOnlyMemory<byte> labels)
    {
        if (pixels.Length != (long)labels.Length * channels * height * width)
        {
            throw new ArgumentException(
                $"{labels.Length} images of {channels}×{height}×{width} need {(long)labels.Length * channels * height * width} bytes, not {pixels.Length}",
                nameof(pixels));
        }

        Channels = channels;
        Height = height;
        Width = width;
        _pixels = pixels;
        _labels = labels;
    }

    /// <summary>Colour planes an image.</summary>
    public int Channels { get; }

    /// <summary>Rows an image.</summary>
    public int Height { get; }

    /// <summary>Pixels a row.</summary>
    public int Width { get; }

    /// <summary>How many images there are.</summary>
    public int Count => _labels.Length;

    /// <summary>The class of each image.</summary>
    public ReadOnlySpan<byte> Labels => _labels.Span;

    /// <summary>The bytes of image <paramref name="index"/>: channels × height × width, plane by plane and row by row.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    public ReadOnlySpan<byte> Pixels(int index)
    {
        int size = Channels * Height * Width;
        return _pixels.Span.Slice(index * size, size);
    }

    /// <summary>The first <paramref name="count"/> images, or all where there are fewer; nothing is copied.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public ImageSet Take(int count)
    {
        int taken = Math.Min(count, Count);
        return new ImageSet(Channels, Height, Width, _pixels[..(taken * Channels * Height * Width)], _labels[..taken]);
    }
}
