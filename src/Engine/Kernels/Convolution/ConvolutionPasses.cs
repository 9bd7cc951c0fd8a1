using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>
/// What computes the passes of a convolution: for each pass the implementations there are, of which the first one that accepts a problem is
/// taken.
/// </summary>
internal static class ConvolutionPasses
{
    private const int LeastWinogradChannels = 16;

    private static readonly Implementation<IConvolutionForward>[] _forward =
    [
        new(problem => problem.IsNaive, problem => new NaiveForward(problem.Geometry)),
        new(TakesWinograd, Winograd),
        new(_ => true, problem => new DirectForward(problem)),
    ];

    private static readonly Implementation<IConvolutionBackwardData>[] _backwardData =
    [
        new(problem => problem.IsNaive, problem => new NaiveBackwardData(problem.Geometry)),
        new(TakesWinograd, WinogradData),
        new(_ => true, problem => new DirectBackwardData(problem)),
    ];

    private static readonly Implementation<IConvolutionBackwardWeights>[] _backwardWeights =
    [
        new(problem => problem.IsNaive, problem => new NaiveBackwardWeights(problem.Geometry)),
        new(TakesWinograd, WinogradWeights),
        new(_ => true, problem => new DirectBackwardWeights(problem)),
    ];

    /// <summary>The forward pass.</summary>
    public static IConvolutionForward Forward(ConvolutionProblem problem) => First(_forward, problem);

    /// <summary>The backward pass to the input.</summary>
    public static IConvolutionBackwardData BackwardData(ConvolutionProblem problem) => First(_backwardData, problem);

    /// <summary>The backward pass to weight and bias.</summary>
    public static IConvolutionBackwardWeights BackwardWeights(ConvolutionProblem problem) => First(_backwardWeights, problem);

    /// <summary>Winograd's algorithm, for any problem that it can compute, whether it pays or not.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The kernel is not 3×3, the stride not 1, or a side of an image 1.</exception>
    public static IConvolutionForward Winograd(ConvolutionProblem problem) =>
        SimdTiers.Create<IConvolutionForward, WinogradFactory>(problem.Execution.Tier, new WinogradFactory(problem));

    /// <summary>Winograd's algorithm for the gradient of the input, as <see cref="Winograd"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The kernel is not 3×3, the stride not 1, or a side of an image 1.</exception>
    public static IConvolutionBackwardData WinogradData(ConvolutionProblem problem) =>
        SimdTiers.Create<IConvolutionBackwardData, WinogradDataFactory>(problem.Execution.Tier, new WinogradDataFactory(problem));

    /// <summary>Winograd's algorithm for the gradients of weight and bias, as <see cref="Winograd"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The kernel is not 3×3, the stride not 1, or a side of an image 1.</exception>
    public static IConvolutionBackwardWeights WinogradWeights(ConvolutionProblem problem) =>
        SimdTiers.Create<IConvolutionBackwardWeights, WinogradWeightsFactory>(problem.Execution.Tier, new WinogradWeightsFactory(problem));

    private static T First<T>(Implementation<T>[] implementations, ConvolutionProblem problem) =>
        Array.Find(implementations, implementation => implementation.Accepts(problem)).Create(problem);

    /// <summary>Whether Winograd's algorithm applies, and is asked for or the faster one.</summary>
    private static bool TakesWinograd(ConvolutionProblem problem) =>
        CanWinograd(problem.Geometry) && problem.Execution.Convolution switch
        {
            ConvolutionKind.Direct => false,
            ConvolutionKind.Winograd => true,
            _ => PaysWinograd(problem.Geometry),
        };

    private static bool CanWinograd(ConvolutionGeometry geometry) =>
        geometry is { Kernel: WinogradTiles.Kernel, Stride: 1, UsedRows: >= WinogradSide.Least, UsedColumns: >= WinogradSide.Least }
        && Math.Min(geometry.Input.Height, geometry.Input.Width) >= WinogradSide.Least;

    /// <summary>
    /// The transforms grow with inputs + outputs, what they save with inputs × outputs, and products of few steps lose their time at their ends. Small
    /// tiles save less, and on a small image the direct algorithm has much padding to leave out.
    /// </summary>
    private static bool PaysWinograd(ConvolutionGeometry geometry)
    {
        long direct = Taps(geometry.Input.Height, geometry.Output.Height) * Taps(geometry.Input.Width, geometry.Output.Width);
        long winograd = (long)WinogradSide.Of(geometry.UsedRows).Positions * WinogradSide.Of(geometry.UsedColumns).Positions;
        return Math.Min(geometry.Input.Channels, geometry.Output.Channels) >= LeastWinogradChannels && 4 * winograd <= 3 * direct;

        // How often, along one side, a tap of a window meets a pixel that is not padding.
        long Taps(int inputs, int outputs) => Enumerable.Range(0, outputs).Sum(
            output => (long)Math.Min(inputs, output - geometry.Padding + geometry.Kernel) - Math.Max(0, output - geometry.Padding));
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

    private readonly record struct WinogradDataFactory(ConvolutionProblem Problem) : ISimdFactory<IConvolutionBackwardData>
    {
        public IConvolutionBackwardData Create<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct => new WinogradBackwardData<TSimd, TVector>(Problem);
    }

    private readonly record struct WinogradWeightsFactory(ConvolutionProblem Problem) : ISimdFactory<IConvolutionBackwardWeights>
    {
        public IConvolutionBackwardWeights Create<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct => new WinogradBackwardWeights<TSimd, TVector>(Problem);
    }
}
