using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>How Winograd's algorithm cuts images into tiles of <see cref="Size"/>×<see cref="Size"/> pixels of the output side of a convolution.</summary>
/// <param name="InRow">Tiles a row.</param>
/// <param name="Count">Tiles an image.</param>
internal readonly unsafe record struct WinogradTiles(int InRow, int Count)
{
    /// <summary>Rows and columns of the kernel.</summary>
    public const int Kernel = 3;

    /// <summary>Rows and columns of a tile.</summary>
    public const int Size = 4;

    /// <summary>Rows and columns of the window of inputs that a tile depends on.</summary>
    public const int Window = Size + Kernel - 1;

    /// <summary>Elements of a transformed window, tile or filter.</summary>
    public const int Positions = Window * Window;

    /// <summary>Tiles that make products long enough to be worth their ends, and let the transformed filters go through the caches less often.</summary>
    private const int WorthwhileTiles = 64;

    /// <summary>More samples than that at a time would only fall out of the caches.</summary>
    private const int MostSamples = 32;

    /// <summary>The tiles of an image.</summary>
    public static WinogradTiles Of(SampleLayout image)
    {
        int inRow = (image.Width + Size - 1) / Size;
        return new WinogradTiles(inRow, (image.Height + Size - 1) / Size * inRow);
    }

    /// <summary>How many samples are best computed at a time: images of few tiles make too short products alone. Another number is another numerics version.</summary>
    public int SamplesPerCall => Math.Clamp((WorthwhileTiles + Count - 1) / Count, 1, MostSamples);

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
