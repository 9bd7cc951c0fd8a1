using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Pooling;

/// <summary>The sizes of a pooling of one sample, and how its images lie in memory.</summary>
/// <param name="Rows">The windows' rows.</param>
/// <param name="Columns">The windows' columns.</param>
/// <param name="Input">The input.</param>
/// <param name="Output">The output.</param>
/// <param name="OutputGradient">The gradient of the loss with respect to the output.</param>
/// <param name="InputGradient">The gradient of the loss with respect to the input.</param>
internal sealed record PoolingGeometry(
    PoolingWindows Rows,
    PoolingWindows Columns,
    SampleLayout Input,
    SampleLayout Output,
    SampleLayout OutputGradient,
    SampleLayout InputGradient)
{
    /// <summary>A pooling by square windows of one size.</summary>
    public PoolingGeometry(int window, int stride, SampleLayout input, SampleLayout output, SampleLayout outputGradient, SampleLayout inputGradient)
        : this(PoolingWindows.Sliding(input.Height, window, stride), PoolingWindows.Sliding(input.Width, window, stride), input, output, outputGradient, inputGradient)
    {
    }

    /// <summary>Rows and columns of the windows, where these are square and of one size.</summary>
    public int Window => Rows.Kernel;

    /// <summary>Pixels from such a window to the next.</summary>
    public int Stride => Rows.Stride;

    /// <summary>Whether the windows neither overlap nor leave pixels out: each input gradient is then written exactly once.</summary>
    public bool Tiles => Rows.Tile && Columns.Tile;

    /// <summary>How the argmax of the windows lies in memory.</summary>
    public SampleLayout ArgMax => Output with { Border = 0 };
}
