using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Elementwise;

/// <summary>
/// Runs an operation over every element of spans of equal lengths. An operation is a struct that says what becomes of one vector; it is
/// compiled into the loop, so that a call is virtual and nothing inside it is. Two spans of a call are either apart or the very same,
/// so what is written may take the place of what is read.
/// </summary>
internal abstract class ElementwiseKernels
{
    /// <summary>
    /// The kernels that are asked for. An operation reads as its definition whatever it runs on, so the naive kernels are the same ones
    /// on one float at a time.
    /// </summary>
    public static ElementwiseKernels For(ExecutionOptions execution) => SimdTiers.Create<ElementwiseKernels, Factory>(TierOf(execution), default);

    /// <summary>The tier that the kernels run on.</summary>
    public static SimdTier TierOf(ExecutionOptions execution) => execution.Kernels == KernelPath.Naive ? SimdTier.Scalar : execution.Tier;

    /// <summary><c>y = f(x)</c>.</summary>
    public abstract void Unary<TOperation>(TOperation operation, ReadOnlySpan<float> x, Span<float> y)
        where TOperation : struct, IUnaryOperation;

    /// <summary><c>z = f(x, y)</c>.</summary>
    public abstract void Binary<TOperation>(TOperation operation, ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> z)
        where TOperation : struct, IBinaryOperation;

    /// <summary><c>w = f(x, y, z)</c>.</summary>
    public abstract void Ternary<TOperation>(TOperation operation, ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> z, Span<float> w)
        where TOperation : struct, ITernaryOperation;

    /// <summary>A step of an optimizer that keeps one number beside each weight.</summary>
    public abstract void Update<TOperation>(TOperation operation, ReadOnlySpan<float> gradient, Span<float> state, Span<float> weight)
        where TOperation : struct, IUpdateOperation;

    /// <summary>A step of an optimizer that keeps two numbers beside each weight.</summary>
    public abstract void Update<TOperation>(
        TOperation operation, ReadOnlySpan<float> gradient, Span<float> first, Span<float> second, Span<float> weight)
        where TOperation : struct, ITwoStateUpdateOperation;

    private readonly struct Factory : ISimdFactory<ElementwiseKernels>
    {
        public ElementwiseKernels Create<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct => new ElementwiseLoops<TSimd, TVector>();
    }
}
