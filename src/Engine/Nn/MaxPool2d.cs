using System.Text.Json.Serialization;
using CifarFast.Engine.Kernels.Pooling;
using CifarFast.Engine.Operators;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Nn;

/// <summary>
/// The largest value of each square window: C×H×W to C×H'×W' with H' = (H - kernel) / stride + 1, rounded down.
/// </summary>
public sealed record MaxPool2d : Pooling
{
    /// <summary>Makes a layer whose windows lie side by side.</summary>
    /// <param name="kernelSize">Rows and columns of the window.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is not positive.</exception>
    public MaxPool2d(int kernelSize)
        : this(kernelSize, kernelSize)
    {
    }

    /// <summary>Makes the layer.</summary>
    /// <param name="kernelSize">Rows and columns of the window.</param>
    /// <param name="stride">Pixels from a window to the next.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive.</exception>
    [JsonConstructor]
    public MaxPool2d(int kernelSize, int stride)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(kernelSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stride);
        KernelSize = kernelSize;
        Stride = stride;
    }

    /// <summary>Rows and columns of the window.</summary>
    public int KernelSize { get; }

    /// <summary>Pixels from a window to the next.</summary>
    public int Stride { get; }

    /// <inheritdoc/>
    public override string ToString() => $"MaxPool2d({KernelSize}×{KernelSize}{(Stride == KernelSize ? "" : $", stride {Stride}")})";

    internal override (PoolingWindows Rows, PoolingWindows Columns) Windows(Shape input) => Numbered(Sliding(input, KernelSize, Stride), input);

    internal override Operator CreateOperator(OperatorContext context) => new MaxPool2dOperator(Geometry(context), context);
}
