using CifarFast.Engine.Kernels.Gemm;
using CifarFast.Engine.Kernels.Pooling;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>A convolution to be computed.</summary>
/// <param name="Execution">On which kernels and which tier.</param>
/// <param name="Geometry">The sizes.</param>
/// <param name="OutputGradientLists">How the gradient of the output comes where it comes as lists; else null.</param>
internal sealed record ConvolutionProblem(ExecutionOptions Execution, ConvolutionGeometry Geometry, PooledGradientLayout? OutputGradientLists = null)
{
    /// <summary>Whether textbook loops are asked for.</summary>
    public bool IsNaive => Execution.Kernels == KernelPath.Naive;

    /// <summary>How the weight and its gradient are kept, whatever computes the passes.</summary>
    public ParameterLayout WeightLayout => IsNaive ? ParameterLayout.Dense(Geometry.WeightCount) : Geometry.WeightPanels(Gemm.PanelWidth);

    /// <summary>How many output channels a row of the kept weight has, side by side; such rows make up a panel, and panels the weight.</summary>
    public int InterleavedChannels => IsNaive ? 1 : Gemm.PanelWidth;

    /// <summary>How the bias and its gradient are kept.</summary>
    public ParameterLayout BiasLayout =>
        ParameterLayout.Dense(IsNaive ? Geometry.Output.Channels : Gemm.Panels(Geometry.Output.Channels) * Gemm.PanelWidth);

    /// <summary>The lists, for kernels that take 3×3 windows of stride 1 and vectors of <paramref name="vectorWidth"/> input channels.</summary>
    /// <exception cref="ArgumentException">The gradient comes whole, or the sizes are not such.</exception>
    public PooledGradientLayout ListsFor(int vectorWidth) =>
        OutputGradientLists is { } lists && Geometry is { Kernel: 3, Stride: 1 } && Geometry.Input.Channels % vectorWidth == 0
        && lists.Pitch * Geometry.Input.Channels == Geometry.Input.RowStride
            ? lists
            : throw new ArgumentException($"{Geometry} is none for lists and vectors of {vectorWidth}");

    private PanelGemm Gemm => PanelGemm.For(Execution.Tier);
}
