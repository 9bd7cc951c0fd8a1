using System.Text.Json.Serialization;
using CifarFast.Engine.Kernels.Convolution;
using CifarFast.Engine.Operators;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Nn;

/// <summary>
/// A two-dimensional convolution (cross-correlation, as in PyTorch) with a square kernel: C×H×W to
/// <see cref="OutChannels"/>×H'×W' with H' = (H + 2·padding - kernel) / stride + 1, rounded down.
/// </summary>
/// <param name="InChannels">Channels of the input.</param>
/// <param name="OutChannels">Channels of the output.</param>
/// <param name="KernelSize">Rows and columns of the kernel.</param>
/// <param name="Stride">Pixels from a window to the next.</param>
/// <param name="Padding">Pixels of zeros around the input.</param>
/// <param name="Bias">Whether a bias is added, one a channel.</param>
public sealed record Conv2d(int InChannels, int OutChannels, int KernelSize, int Stride = 1, int Padding = 0, bool Bias = true) : Layer
{
    /// <summary>Channels of the input.</summary>
    public int InChannels { get; } = Positive(InChannels, nameof(InChannels));

    /// <summary>Channels of the output.</summary>
    public int OutChannels { get; } = Positive(OutChannels, nameof(OutChannels));

    /// <summary>Rows and columns of the kernel.</summary>
    public int KernelSize { get; } = Positive(KernelSize, nameof(KernelSize));

    /// <summary>Pixels from a window to the next.</summary>
    public int Stride { get; } = Positive(Stride, nameof(Stride));

    /// <summary>Pixels of zeros around the input.</summary>
    public int Padding { get; } = Padding >= 0 ? Padding : throw new ArgumentOutOfRangeException(nameof(Padding));

    /// <inheritdoc/>
    [JsonIgnore]
    public override long ParameterCount => checked(((long)InChannels * KernelSize * KernelSize * OutChannels) + (Bias ? OutChannels : 0));

    internal override IReadOnlyList<string> ParameterNames => Bias ? ["weight", "bias"] : ["weight"];

    internal override int InputBorder => Padding;

    internal override bool BackwardReadsInput => true;

    internal override bool IsRecomputed => InChannels * KernelSize * KernelSize <= 16;

    internal override int OutputGradientBorder => ConvolutionGeometry.OutputGradientBorder(KernelSize, Stride, Padding);

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input)
    {
        if (input.Rank != 3 || input[0] != InChannels)
        {
            throw Reject($"{InChannels}×H×W", input);
        }

        long smallest = KernelSize - (2L * Padding);
        if (input[1] < smallest || input[2] < smallest)
        {
            throw Reject($"{InChannels}×H×W with H and W of at least {smallest}", input);
        }

        return new Shape(OutChannels, Extent(input[1]), Extent(input[2]));
    }

    /// <inheritdoc/>
    public override long MultiplyAdds(Shape input) => checked((long)OutputShape(input).Count * InChannels * KernelSize * KernelSize);

    /// <inheritdoc/>
    public override string ToString() =>
        $"Conv2d({InChannels}→{OutChannels}, {KernelSize}×{KernelSize}{(Stride == 1 ? "" : $", stride {Stride}")}{(Padding == 0 ? "" : $", padding {Padding}")}{(Bias ? "" : ", no bias")})";

    internal ConvolutionGeometry Geometry(OperatorContext context) => new()
    {
        Kernel = KernelSize,
        Stride = Stride,
        Padding = Padding,
        Input = context.Input,
        Output = context.Output,
        OutputGradient = context.OutputGradient,
        InputGradient = context.InputGradient,
        UsedRows = context.UsedExtent.Rows,
        UsedColumns = context.UsedExtent.Columns,
    };

    internal override Operator CreateOperator(OperatorContext context) =>
        new Conv2dOperator(new ConvolutionProblem(context.Execution, Geometry(context)), Bias, context);

    private static int Positive(int value, string name) => value > 0 ? value : throw new ArgumentOutOfRangeException(name);

    private int Extent(int size) => checked((int)(((size + (2L * Padding) - KernelSize) / Stride) + 1));
}
