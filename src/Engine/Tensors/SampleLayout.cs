namespace CifarFast.Engine.Tensors;

/// <summary>
/// How a sample of C×H×W lies in memory: channels last (row, column, channel), inside a border of zeros that a convolution's
/// padding reads. A vector of features is channels × 1 × 1 without a border.
/// </summary>
/// <param name="Channels">Floats a pixel; contiguous.</param>
/// <param name="Height">Rows, the border not counted.</param>
/// <param name="Width">Pixels a row, the border not counted.</param>
/// <param name="Border">Pixels of zeros on each side.</param>
internal readonly record struct SampleLayout(int Channels, int Height, int Width, int Border)
{
    private const int Page = 4096 / sizeof(float);

    /// <summary>Floats from a row to the next.</summary>
    public int RowStride => (Width + (2 * Border)) * Channels;

    /// <summary>Floats a sample takes, border included.</summary>
    public int Size => checked((int)((long)(Height + (2 * Border)) * (Width + (2 * Border)) * Channels));

    /// <summary>
    /// Floats from a sample to the next: whole cache lines, and never a multiple of 4 KiB, which would put the same element of
    /// all samples into the same few lines of the L1 cache.
    /// </summary>
    public int Stride
    {
        get
        {
            int lines = AlignedBuffer.WholeLines(Size);
            return lines % Page == 0 ? lines + AlignedBuffer.CacheLine : lines;
        }
    }

    /// <summary>The features of a sample, the border not counted.</summary>
    public int Features => Channels * Height * Width;

    /// <summary>The layout without a border of a shape of one (features) or three (channels, height, width) sizes.</summary>
    public static SampleLayout Of(Shape shape, int border = 0) => shape.Rank == 3
        ? new SampleLayout(shape[0], shape[1], shape[2], border)
        : new SampleLayout(shape.Count, 1, 1, border);

    /// <summary>Where in a sample a pixel starts; rows and columns from -<see cref="Border"/> on are valid.</summary>
    public int Offset(int row, int column) => ((row + Border) * RowStride) + ((column + Border) * Channels);

    /// <summary>
    /// Where in a sample the element lies that has this place in PyTorch's order (channel, row, column) of the same sample.
    /// </summary>
    public int OffsetOfFeature(int feature)
    {
        int channel = feature / (Height * Width);
        int pixel = feature % (Height * Width);
        return Offset(pixel / Width, pixel % Width) + channel;
    }

    /// <summary>Sets a sample to zero, but for its border.</summary>
    public void ClearImage(Span<float> sample)
    {
        for (int row = 0; row < Height; row++)
        {
            sample.Slice(Offset(row, 0), Width * Channels).Clear();
        }
    }

    /// <summary>Floats that samples take one behind the other, borders included.</summary>
    public int SizeOf(int samples) => checked(((samples - 1) * Stride) + Size);

    /// <summary>Makes sure that samples are there whole, borders included.</summary>
    /// <exception cref="ArgumentException">There are fewer floats than <see cref="SizeOf"/> says.</exception>
    public void Check(ReadOnlySpan<float> values, string name, int samples = 1)
    {
        if (values.Length < SizeOf(samples))
        {
            throw new ArgumentException($"{samples} samples of {this} take {SizeOf(samples)} floats, not {values.Length}", name);
        }
    }
}
