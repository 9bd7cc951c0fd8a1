using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Elementwise;

/// <summary>
/// Runs one activation over spans. Rows of images are short, a few dozen vectors, so that a call must cost little: the operation is bound
/// once, and a call is an ordinary virtual one, where those of <see cref="ElementwiseKernels"/> have to look for the operation's code.
/// </summary>
internal abstract class ActivationKernels
{
    /// <summary>The kernels of <paramref name="activation"/>.</summary>
    public static ActivationKernels For<TActivation>(TActivation activation, ExecutionOptions execution)
        where TActivation : struct, IActivation => SimdTiers.Create<ActivationKernels, Factory<TActivation>>(
        ElementwiseKernels.TierOf(execution), new Factory<TActivation>(activation));

    /// <summary><c>y = f(x)</c>; the spans are apart or the very same.</summary>
    public abstract void Forward(ReadOnlySpan<float> x, Span<float> y);

    /// <summary>The gradient of x from that of y; the gradients are apart or the very same.</summary>
    /// <param name="value">What the backward pass reads: x or y.</param>
    /// <param name="outputGradient">The gradient of y.</param>
    /// <param name="inputGradient">Overwritten with that of x.</param>
    public abstract void Backward(ReadOnlySpan<float> value, ReadOnlySpan<float> outputGradient, Span<float> inputGradient);

    private readonly struct Factory<TActivation>(TActivation activation) : ISimdFactory<ActivationKernels>
        where TActivation : struct, IActivation
    {
        public ActivationKernels Create<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct => new Bound<TActivation, TSimd, TVector>(activation);
    }

    private sealed class Bound<TActivation, TSimd, TVector>(TActivation activation) : ActivationKernels
        where TActivation : struct, IActivation
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        private readonly ElementwiseLoops<TSimd, TVector> _loops = new();

        public override void Forward(ReadOnlySpan<float> x, Span<float> y) => _loops.Unary(activation, x, y);

        public override void Backward(ReadOnlySpan<float> value, ReadOnlySpan<float> outputGradient, Span<float> inputGradient) =>
            _loops.Binary(activation, value, outputGradient, inputGradient);
    }
}
