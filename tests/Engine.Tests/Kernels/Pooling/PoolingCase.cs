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
    public PoolingGeometry Geometry
    {
        get
        {
            var output = new SampleLayout(Channels, ((Height - Window) / Stride) + 1, ((Width - Window) / Stride) + 1, Border + 1);
            var input = new SampleLayout(Channels, Height, Width, Border);
            return new PoolingGeometry(Window, Stride, input, output, output with { Border = Border }, input with { Border = Border + 1 });
        }
    }

    public override string ToString() => $"{Window}x{Window} stride {Stride}, {Channels} channels, {Height}x{Width}, border {Border}";
}
