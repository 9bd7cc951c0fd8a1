using CifarFast.Engine.Kernels.Pooling;

namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>
/// The backward passes of a convolution whose output is max-pooled at once. Where windows do not overlap, at most one pixel of each has
/// a gradient, so that three in four multiply-adds of the usual passes, or more, are with zeros: these do the others only.
/// All but <see cref="PrepareBackward"/> and <see cref="FinishBackward"/> may run on many threads at once.
/// </summary>
internal interface IPooledConvolution
{
    /// <summary>How the weight is kept, and its gradient after <see cref="FinishBackward"/>.</summary>
    ParameterLayout WeightLayout { get; }

    /// <summary>How the gradient of the output comes.</summary>
    PooledGradientLayout OutputGradient { get; }

    /// <summary>Floats of scratch the passes want, each thread its own; anything may be in them.</summary>
    int ScratchLength { get; }

    /// <summary>Takes note of the weight before the calls of <see cref="BackwardInput"/> of a step.</summary>
    void PrepareBackward(ReadOnlySpan<float> weight);

    /// <summary>Writes the gradient with respect to a sample.</summary>
    void BackwardInput(ReadOnlySpan<float> outputGradient, Span<float> inputGradient, Span<float> scratch);

    /// <summary>
    /// Writes what a sample contributes to the gradients of weight and bias, or adds it where <paramref name="accumulate"/> is set.
    /// That of the weight is in an order of its own, until <see cref="FinishBackward"/>.
    /// </summary>
    void BackwardParameters(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> outputGradient,
        Span<float> weightGradient,
        Span<float> biasGradient,
        bool accumulate);

    /// <summary>Puts a sum of weight gradients into the weight's order.</summary>
    void FinishBackward(Span<float> weightGradient);
}
