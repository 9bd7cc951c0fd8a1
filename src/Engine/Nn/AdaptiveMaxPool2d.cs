using System.Text.Json.Serialization;
using CifarFast.Engine.Kernels.Pooling;
using CifarFast.Engine.Operators;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Nn;

/// <summary>
/// The largest values of so many windows that the output has the wanted size: C×H×W to C×H'×W' for any H and W. Row i of windows is from
/// i·H / H', rounded down, to (i + 1)·H / H', rounded up; columns likewise. As torch.nn.AdaptiveMaxPool2d.
/// </summary>
public sealed record AdaptiveMaxPool2d : Pooling
{
    /// <summary>Makes a layer whose output is square.</summary>
    /// <param name="outputSize">Its rows and columns; 1 for the largest value of the whole image.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is not positive.</exception>
    public AdaptiveMaxPool2d(int outputSize)
        : this(outputSize, outputSize)
    {
    }

    /// <summary>Makes the layer.</summary>
    /// <param name="outputHeight">Rows of the output.</param>
    /// <param name="outputWidth">Columns of the output.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive.</exception>
    [JsonConstructor]
    public AdaptiveMaxPool2d(int outputHeight, int outputWidth)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputHeight);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputWidth);
        OutputHeight = outputHeight;
        OutputWidth = outputWidth;
    }

    /// <summary>Rows of the output.</summary>
    public int OutputHeight { get; }

    /// <summary>Columns of the output.</summary>
    public int OutputWidth { get; }

    /// <inheritdoc/>
    public override string ToString() => $"AdaptiveMaxPool2d({OutputHeight}×{OutputWidth})";

    internal override (PoolingWindows Rows, PoolingWindows Columns) Windows(Shape input) => Numbered(Adaptive(input, OutputHeight, OutputWidth), input);

    internal override Operator CreateOperator(OperatorContext context) => new MaxPool2dOperator(Geometry(context), context);
}
