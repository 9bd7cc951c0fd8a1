using CifarFast.Engine.Kernels.Convolution;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Execution;

namespace CifarFast.Engine.Tests.Kernels.Convolution;

/// <summary>The three passes of a convolution under test, each as it is chosen for a problem.</summary>
internal sealed class TestedConvolution(ConvolutionProblem problem)
{
    public ConvolutionGeometry Geometry => problem.Geometry;

    public ParameterLayout WeightLayout { get; } = problem.WeightLayout;

    public ParameterLayout BiasLayout { get; } = problem.BiasLayout;

    public IConvolutionForward Forward { get; init; } = ConvolutionPasses.Forward(problem);

    public IConvolutionBackwardData BackwardData { get; init; } = ConvolutionPasses.BackwardData(problem);

    public IConvolutionBackwardWeights BackwardWeights { get; init; } = ConvolutionPasses.BackwardWeights(problem);

    /// <summary>Textbook loops.</summary>
    public static TestedConvolution Naive(ConvolutionGeometry geometry) => new(new ConvolutionProblem(ExecutionPaths.Options("naive"), geometry));
}
