using CifarFast.Engine.Kernels.Pooling;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Tests.Kernels.Pooling;

/// <summary>A max-pooling under test.</summary>
/// <param name="Window">Rows and columns of the window.</param>
/// <param name="Stride">Pixels from a window to the next.</param>
/// <param name="Channels">Channels.</param>
/// <param name="Height">Rows of the input.</param>
/// <param name="Width">Columns of the input.</param>
/// <param name="Border">The border of the input and the output gradient; the other two images have one that is a pixel wider.</param>
internal sealed record PoolingCase(int Window, int Stride, int Channels, int Height, int Width, int Border)
{
    /// <summary>The sizes and layouts.</summary>
    public PoolingGeometry Geometry => GeometryOf(PoolingWindows.Sliding(Height, Window, Stride), PoolingWindows.Sliding(Width, Window, Stride), Channels, Border);

    /// <summary>The sizes and layouts of any windows.</summary>
    public static PoolingGeometry GeometryOf(PoolingWindows rows, PoolingWindows columns, int channels, int border)
    {
        var output = new SampleLayout(channels, rows.Count, columns.Count, border + 1);
        var input = new SampleLayout(channels, rows.Size, columns.Size, border);
        return new PoolingGeometry(rows, columns, input, output, output with { Border = border }, input with { Border = border + 1 });
    }

    public override string ToString() => $"{Window}x{Window} stride {Stride}, {Channels} channels, {Height}x{Width}, border {Border}";
}
