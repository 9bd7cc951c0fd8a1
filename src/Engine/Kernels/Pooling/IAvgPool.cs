namespace CifarFast.Engine.Kernels.Pooling;

/// <summary>
/// The mean of each window of a sample, channel by channel: the sum of its pixels, row by row, divided by their number. Spans must not overlap.
/// </summary>
internal interface IAvgPool
{
    /// <summary>Writes the means.</summary>
    void Forward(ReadOnlySpan<float> input, Span<float> output);

    /// <summary>Writes the input gradient: of each output gradient, divided by the pixels of its window, to each of these; windows that overlap are added up in order.</summary>
    /// <param name="outputGradient">The gradient with respect to the output.</param>
    /// <param name="inputGradient">That with respect to the input, overwritten but for its border.</param>
    void Backward(ReadOnlySpan<float> outputGradient, Span<float> inputGradient);
}
