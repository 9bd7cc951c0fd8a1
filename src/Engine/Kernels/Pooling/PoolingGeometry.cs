using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Pooling;

/// <summary>The sizes of a pooling of one sample, and how its images lie in memory.</summary>
/// <param name="Window">Rows and columns of the square window.</param>
/// <param name="Stride">Pixels from a window to the next; what is left over at the right and the bottom is not pooled.</param>
/// <param name="Input">The input.</param>
/// <param name="Output">The output.</param>
/// <param name="OutputGradient">The gradient of the loss with respect to the output.</param>
/// <param name="InputGradient">The gradient of the loss with respect to the input.</param>
internal sealed record PoolingGeometry(
    int Window,
    int Stride,
    SampleLayout Input,
    SampleLayout Output,
    SampleLayout OutputGradient,
    SampleLayout InputGradient)
{
    /// <summary>How the argmax of the windows lies in memory.</summary>
    public SampleLayout ArgMax => Output with { Border = 0 };
}
