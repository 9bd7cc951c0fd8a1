namespace CifarFast.Engine.Kernels.Pooling;

/// <summary>
/// The largest value of each window of a sample, channel by channel. Where a window holds its maximum more than once, the first
/// one in row order takes the gradient, as in PyTorch. Spans must not overlap.
/// </summary>
internal interface IMaxPool
{
    /// <summary>Writes the maxima.</summary>
    void Forward(ReadOnlySpan<float> input, Span<float> output);

    /// <summary>Writes the input gradient: the output gradient where the maximum was, zero elsewhere.</summary>
    void Backward(ReadOnlySpan<float> input, ReadOnlySpan<float> output, ReadOnlySpan<float> outputGradient, Span<float> inputGradient);
}
