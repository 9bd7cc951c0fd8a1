namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>
/// The backward pass of a convolution to its weight and bias, for one geometry. The output's gradient comes as the problem says: whole, or
/// as lists. Spans must not overlap. <see cref="Run"/> may run on many threads at once.
/// </summary>
internal interface IConvolutionBackwardWeights
{
    /// <summary>Floats of scratch it wants, zero at first and its own for each thread.</summary>
    int ScratchLength => 0;

    /// <summary>
    /// Writes what a sample contributes to the gradients of weight and bias, or what <paramref name="accumulation"/> says. That of
    /// the weight may be in an order of its own, until <see cref="Finish"/>. A convolution without a bias has an empty gradient for it.
    /// </summary>
    void Run(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> outputGradient,
        Span<float> weightGradient,
        Span<float> biasGradient,
        Accumulation accumulation,
        Span<float> scratch);

    /// <summary>How many samples, one after another, make one sum; each sum is added to the ones before.</summary>
    int BlockSamples => 1;

    /// <summary>Puts a sum of weight gradients into the weight's order.</summary>
    void Finish(Span<float> weightGradient)
    {
    }
}
