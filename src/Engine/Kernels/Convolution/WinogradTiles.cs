using System.Numerics;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>How Winograd's algorithm cuts images into tiles of <see cref="Size"/>×<see cref="Size"/> pixels of the output side of a convolution.</summary>
/// <param name="InRow">Tiles a row.</param>
/// <param name="Count">Tiles an image.</param>
/// <param name="Block">
/// Tiles that make products long enough to be worth their ends. The weight's gradient is summed in blocks of so many, so another number is another
/// numerics version.
/// </param>
/// <param name="SamplesPerCall">How many samples make a block, a power of two: images of few tiles are computed together.</param>
internal readonly unsafe record struct WinogradTiles(int InRow, int Count, int Block, int SamplesPerCall)
{
    /// <summary>Rows and columns of the kernel.</summary>
    public const int Kernel = 3;

    /// <summary>Rows and columns of a tile.</summary>
    public const int Size = 4;

    /// <summary>Rows and columns of the window of inputs that a tile depends on.</summary>
    public const int Window = Size + Kernel - 1;

    /// <summary>Elements of a transformed window, tile or filter.</summary>
    public const int Positions = Window * Window;

    /// <summary>More samples than that at a time would only fall out of the caches.</summary>
    private const int MostSamples = 64;

    /// <summary>Filters that are so many are worth going through memory less often.</summary>
    private const int ManyFilters = 128 * 128;

    /// <summary>The tiles of the output side of a convolution.</summary>
    /// <param name="image">The output, or what takes its place.</param>
    /// <param name="inputs">Channels of the input.</param>
    /// <param name="outputs">Channels of the output.</param>
    public static WinogradTiles Of(SampleLayout image, int inputs, int outputs)
    {
        int inRow = (image.Width + Size - 1) / Size;
        int count = (image.Height + Size - 1) / Size * inRow;
        int block = inputs * outputs > ManyFilters ? 128 : 64;
        int samples = (int)BitOperations.RoundUpToPowerOf2((uint)((block + count - 1) / count));
        return new WinogradTiles(inRow, count, block, Math.Min(samples, MostSamples));
    }

    /// <summary>Floats that <see cref="Cut"/> wants for a patch.</summary>
    public static int PatchLength(int channels) => AlignedBuffer.WholeLines(Positions * channels);

    /// <summary>
    /// A square of pixels of an image: where it lies whole in the image and its border, that place; else a copy, with zeros for what lies past the
    /// border. (Outputs that are kept do not depend on what lies there, but infinity or NaN would get into them.)
    /// </summary>
    /// <param name="image">The image with its border.</param>
    /// <param name="layout">How it lies.</param>
    /// <param name="row">The first row.</param>
    /// <param name="column">The first column.</param>
    /// <param name="size">Rows and columns of the square.</param>
    /// <param name="patch">Room for the copy.</param>
    /// <param name="rowStride">Floats from a row to the next.</param>
    public static float* Cut(float* image, SampleLayout layout, int row, int column, int size, float* patch, out int rowStride)
    {
        int top = Math.Max(row, -layout.Border);
        int left = Math.Max(column, -layout.Border);
        int bottom = Math.Min(row + size, layout.Height + layout.Border);
        int right = Math.Min(column + size, layout.Width + layout.Border);
        if (bottom - top == size && right - left == size)
        {
            rowStride = layout.RowStride;
            return image + layout.Offset(row, column);
        }

        rowStride = size * layout.Channels;
        new Span<float>(patch, size * rowStride).Clear();
        for (int y = top; y < bottom && left < right; y++)
        {
            var from = new ReadOnlySpan<float>(image + layout.Offset(y, left), (right - left) * layout.Channels);
            from.CopyTo(new Span<float>(patch + ((y - row) * rowStride) + ((left - column) * layout.Channels), from.Length));
        }

        return patch;
    }
}
