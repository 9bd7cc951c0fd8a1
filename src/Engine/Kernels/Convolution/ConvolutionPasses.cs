using CifarFast.Engine.Kernels.Pooling;
using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>
/// What computes the passes of a convolution: for each pass the implementations there are, of which the first one that accepts a problem is
/// taken.
/// </summary>
internal static class ConvolutionPasses
{
    private const int LeastWinogradChannels = 16;

    /// <summary>
    /// Lists are for inputs whose channels are whole vectors on every tier, so that no tier decides who takes them: they have an order of sums of
    /// their own.
    /// </summary>
    private const int ListChannels = 16;

    /// <summary>Floats of the input that a band of lists may meet: less than the smallest L1 cache, 32 KiB.</summary>
    private const int BandLength = 7000;

    private static readonly Implementation<IConvolutionForward>[] _forward =
    [
        new(problem => problem.IsNaive, problem => new NaiveForward(problem.Geometry)),
        new(TakesWinograd, Winograd),
        new(_ => true, problem => new DirectForward(problem)),
    ];

    private static readonly Implementation<IConvolutionBackwardData>[] _backwardData =
    [
        new(problem => problem.IsNaive, problem => new NaiveBackwardData(problem.Geometry)),
        new(TakesLists, problem => SimdTiers.Create<IConvolutionBackwardData, ListDataFactory>(problem.Execution.Tier, new ListDataFactory(problem))),
        new(_ => true, problem => new DirectBackwardData(problem)),
    ];

    private static readonly Implementation<IConvolutionBackwardWeights>[] _backwardWeights =
    [
        new(problem => problem.IsNaive, problem => new NaiveBackwardWeights(problem.Geometry)),
        new(TakesLists, problem => SimdTiers.Create<IConvolutionBackwardWeights, ListWeightsFactory>(problem.Execution.Tier, new ListWeightsFactory(problem))),
        new(_ => true, problem => new DirectBackwardWeights(problem)),
    ];

    /// <summary>The forward pass.</summary>
    public static IConvolutionForward Forward(ConvolutionProblem problem) => First(_forward, problem);

    /// <summary>The backward pass to the input.</summary>
    public static IConvolutionBackwardData BackwardData(ConvolutionProblem problem) => First(_backwardData, problem);

    /// <summary>The backward pass to weight and bias.</summary>
    public static IConvolutionBackwardWeights BackwardWeights(ConvolutionProblem problem) => First(_backwardWeights, problem);

    /// <summary>Winograd's algorithm, for any problem that it can compute, whether it pays or not.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The kernel is not 3×3, or the stride not 1.</exception>
    public static IConvolutionForward Winograd(ConvolutionProblem problem) =>
        SimdTiers.Create<IConvolutionForward, WinogradFactory>(problem.Execution.Tier, new WinogradFactory(problem));

    /// <summary>
    /// How the gradient of a convolution's output is to come that is pooled at once, or null where lists are not what its backward
    /// passes want: they are for 3×3 kernels of stride 1, inputs of whole vectors, and windows that do not overlap.
    /// </summary>
    public static PooledGradientLayout? Lists(ExecutionOptions execution, ConvolutionGeometry geometry, PoolingGeometry pooling) =>
        execution.Kernels == KernelPath.Naive || geometry.Kernel != 3 || geometry.Stride != 1
        || pooling.Window < 2 || pooling.Stride < pooling.Window
        || geometry.Input.Channels % ListChannels != 0
            ? null
            : new PooledGradientLayout(pooling, geometry.Input.RowStride / geometry.Input.Channels, BandRows(geometry, pooling));

    private static T First<T>(Implementation<T>[] implementations, ConvolutionProblem problem) =>
        Array.Find(implementations, implementation => implementation.Accepts(problem)).Create(problem);

    private static bool TakesLists(ConvolutionProblem problem) => problem.OutputGradientLists is not null;

    /// <summary>
    /// Whether Winograd's algorithm is asked for, applies, and is the faster one: its transforms grow with inputs + outputs, what it saves
    /// with inputs × outputs, and products of few steps lose their time at their ends.
    /// </summary>
    private static bool TakesWinograd(ConvolutionProblem problem) =>
        problem.Execution.Convolution == ConvolutionKind.Winograd && problem.Geometry is { Kernel: 3, Stride: 1 }
        && Math.Min(problem.Geometry.Input.Channels, problem.Geometry.Output.Channels) >= LeastWinogradChannels;

    /// <summary>Bands of equal height, as high as the L1 cache allows, but never less than a window.</summary>
    private static int BandRows(ConvolutionGeometry geometry, PoolingGeometry pooling)
    {
        int rows = (BandLength / geometry.Input.RowStride) - (geometry.Kernel - 1);
        int most = Math.Clamp(rows / pooling.Stride, 1, pooling.Output.Height);
        int bands = (pooling.Output.Height + most - 1) / most;
        return (pooling.Output.Height + bands - 1) / bands;
    }

    /// <param name="Accepts">Whether it can compute a problem, and should.</param>
    /// <param name="Create">Prepares to compute it.</param>
    private readonly record struct Implementation<T>(Func<ConvolutionProblem, bool> Accepts, Func<ConvolutionProblem, T> Create);

    private readonly record struct WinogradFactory(ConvolutionProblem Problem) : ISimdFactory<IConvolutionForward>
    {
        public IConvolutionForward Create<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct => new WinogradForward<TSimd, TVector>(Problem);
    }

    private readonly record struct ListDataFactory(ConvolutionProblem Problem) : ISimdFactory<IConvolutionBackwardData>
    {
        public IConvolutionBackwardData Create<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct => new ListBackwardData<TSimd, TVector>(Problem);
    }

    private readonly record struct ListWeightsFactory(ConvolutionProblem Problem) : ISimdFactory<IConvolutionBackwardWeights>
    {
        public IConvolutionBackwardWeights Create<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct => new ListBackwardWeights<TSimd, TVector>(Problem);
    }
}
