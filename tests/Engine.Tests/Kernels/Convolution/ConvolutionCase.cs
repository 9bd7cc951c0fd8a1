using CifarFast.Engine.Kernels.Convolution;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Tests.Kernels.Convolution;

/// <summary>A convolution under test.</summary>
/// <param name="Kernel">Rows and columns of the kernel.</param>
/// <param name="Stride">Pixels from a window to the next.</param>
/// <param name="Padding">Pixels of zeros around the input.</param>
/// <param name="Inputs">Channels of the input.</param>
/// <param name="Outputs">Channels of the output.</param>
/// <param name="Height">Rows of the input.</param>
/// <param name="Width">Columns of the input.</param>
/// <param name="Border">
/// How much wider than needed the borders are. A negative one makes that of the output gradient so much too narrow for the
/// backward pass to read it in place, which is not forbidden.
/// </param>
internal sealed record ConvolutionCase(int Kernel, int Stride, int Padding, int Inputs, int Outputs, int Height, int Width, int Border)
{
    /// <summary>Whether a window fits into the padded image.</summary>
    public bool IsPossible => Math.Min(Height, Width) + (2 * Padding) >= Kernel;

    /// <summary>The sizes and layouts.</summary>
    public ConvolutionGeometry Geometry
    {
        get
        {
            int extra = Math.Max(0, Border);
            int rows = ((Height + (2 * Padding) - Kernel) / Stride) + 1;
            int columns = ((Width + (2 * Padding) - Kernel) / Stride) + 1;
            int gradientBorder = Math.Max(0, ConvolutionGeometry.OutputGradientBorder(Kernel, Stride, Padding) + Border);
            return new ConvolutionGeometry
            {
                Kernel = Kernel,
                Stride = Stride,
                Padding = Padding,
                Input = new SampleLayout(Inputs, Height, Width, Padding + extra),
                Output = new SampleLayout(Outputs, rows, columns, extra),
                OutputGradient = new SampleLayout(Outputs, rows, columns, gradientBorder),
                InputGradient = new SampleLayout(Inputs, Height, Width, extra),
            };
        }
    }

    public override string ToString() =>
        $"{Kernel}x{Kernel} stride {Stride} padding {Padding}, {Inputs} to {Outputs} channels, {Height}x{Width}, border {Border}";
}
