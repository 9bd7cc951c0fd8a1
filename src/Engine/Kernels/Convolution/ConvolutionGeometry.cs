using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>The sizes of a convolution of one sample, and how its four images lie in memory.</summary>
internal sealed record ConvolutionGeometry
{
    /// <summary>Rows and columns of the square kernel.</summary>
    public required int Kernel { get; init; }

    /// <summary>Pixels from an output pixel's window to the next one's.</summary>
    public required int Stride { get; init; }

    /// <summary>Pixels of zeros around the input.</summary>
    public required int Padding { get; init; }

    /// <summary>The input; its border is at least <see cref="Padding"/> wide.</summary>
    public required SampleLayout Input { get; init; }

    /// <summary>The output.</summary>
    public required SampleLayout Output { get; init; }

    /// <summary>The gradient of the loss with respect to the output.</summary>
    public required SampleLayout OutputGradient { get; init; }

    /// <summary>The gradient of the loss with respect to the input.</summary>
    public required SampleLayout InputGradient { get; init; }

    /// <summary>Rows of the output, from the first, that anything reads: those behind need not be computed, and their gradients are zero.</summary>
    public int UsedRows { get => Math.Min(field, Output.Height); init; } = int.MaxValue;

    /// <summary>Columns of the output, as <see cref="UsedRows"/>.</summary>
    public int UsedColumns { get => Math.Min(field, Output.Width); init; } = int.MaxValue;

    /// <summary>Steps of K of the forward product: the inputs an output pixel is made of.</summary>
    public int Depth => Kernel * Kernel * Input.Channels;

    /// <summary>Elements of the weight, in the order output channel, input channel, kernel row, kernel column.</summary>
    public int WeightCount => Output.Channels * Depth;

    /// <summary>
    /// The border of the output gradient that lets a convolution of stride 1 read it in place when it computes the input gradient.
    /// </summary>
    public static int OutputGradientBorder(int kernel, int stride, int padding) => stride == 1 ? Math.Max(0, kernel - 1 - padding) : 0;

    /// <summary>
    /// The weight as a matrix of kernel windows (row, column, input channel) × output channels, in panels of <paramref name="panelWidth"/> of these.
    /// </summary>
    public ParameterLayout WeightPanels(int panelWidth) => ParameterLayout.Panels(Depth, Output.Channels, panelWidth, index =>
    {
        (int output, int input, int row, int column) = Place(index);
        return ((((row * Kernel) + column) * Input.Channels) + input, output);
    });

    /// <summary>Takes an element's place in the weight apart.</summary>
    public (int Output, int Input, int Row, int Column) Place(int weight)
    {
        int tap = weight % (Kernel * Kernel);
        int channels = weight / (Kernel * Kernel);
        return (channels / Input.Channels, channels % Input.Channels, tap / Kernel, tap % Kernel);
    }
}
