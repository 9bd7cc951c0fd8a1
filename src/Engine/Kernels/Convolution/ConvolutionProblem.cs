using CifarFast.Engine.Kernels.Gemm;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>A convolution to be computed.</summary>
/// <param name="Execution">On which kernels and which tier.</param>
/// <param name="Geometry">The sizes.</param>
internal sealed record ConvolutionProblem(ExecutionOptions Execution, ConvolutionGeometry Geometry)
{
    /// <summary>Memory that passes take turns with for what they make of the weight; where it is null, each has its own.</summary>
    public FilterBuffer? Filters { get; init; }

    /// <summary>Whether textbook loops are asked for.</summary>
    public bool IsNaive => Execution.Kernels == KernelPath.Naive;

    /// <summary>How the weight and its gradient are kept, whatever computes the passes.</summary>
    public ParameterLayout WeightLayout => IsNaive ? ParameterLayout.Dense(Geometry.WeightCount) : Geometry.WeightPanels(Gemm.PanelWidth);

    /// <summary>How many output channels a row of the kept weight has, side by side; such rows make up a panel, and panels the weight.</summary>
    public int InterleavedChannels => Gemm.PanelWidth;

    /// <summary>How the bias and its gradient are kept.</summary>
    public ParameterLayout BiasLayout =>
        ParameterLayout.Dense(IsNaive ? Geometry.Output.Channels : Gemm.Panels(Geometry.Output.Channels) * Gemm.PanelWidth);

    private PanelGemm Gemm => PanelGemm.For(Execution.Tier);
}
