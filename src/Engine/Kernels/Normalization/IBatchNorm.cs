namespace CifarFast.Engine.Kernels.Normalization;

/// <summary>
/// The passes of batch normalisation (Ioffe and Szegedy 2015, "Batch Normalization") over a sample, channel by channel. Sums over its pixels are
/// made row by row. Every span that is a number a channel has as many elements as there are channels. Calls for different samples may come
/// from many threads at once.
/// </summary>
internal interface IBatchNorm
{
    /// <summary>
    /// Writes a sample's mean and sum of squared deviations from it, of each channel, by two passes of which the second mends the first (Chan, Golub
    /// and LeVeque 1983, "Algorithms for Computing the Sample Variance").
    /// </summary>
    void Moments(ReadOnlySpan<float> input, Span<double> mean, Span<double> squares);

    /// <summary>Writes <c>f((x - mean) · scale + shift)</c>, where f is the activation that is computed along, or none.</summary>
    void Forward(ReadOnlySpan<float> input, ReadOnlySpan<float> mean, ReadOnlySpan<float> scale, ReadOnlySpan<float> shift, Span<float> output);

    /// <summary>
    /// Writes the gradient of what is normalised, which is the output's, gone back through the activation, to where the input's goes, and sums it over
    /// the pixels, by itself and times <c>x - mean</c>. What the activation's gradient depends on is computed again: reading it would take longer.
    /// </summary>
    /// <param name="input">The sample.</param>
    /// <param name="mean">The mean of each channel.</param>
    /// <param name="scale">By what deviations were multiplied.</param>
    /// <param name="shift">What was added.</param>
    /// <param name="outputGradient">The gradient with respect to the output.</param>
    /// <param name="products">The sum of gradient times deviation goes here, as <paramref name="accumulation"/> says.</param>
    /// <param name="sums">The sum of the gradient goes here.</param>
    /// <param name="accumulation">What becomes of what is in the sums.</param>
    /// <param name="inputGradient">The copy of the gradient, but for its border; empty where none is wanted.</param>
    void BackwardSums(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> mean,
        ReadOnlySpan<float> scale,
        ReadOnlySpan<float> shift,
        ReadOnlySpan<float> outputGradient,
        Span<float> products,
        Span<float> sums,
        Accumulation accumulation,
        Span<float> inputGradient);

    /// <summary>Writes the input's gradient: <c>dy · scale + (x - mean) · slope + shift</c>.</summary>
    /// <param name="input">The sample.</param>
    /// <param name="mean">The mean of each channel.</param>
    /// <param name="scale">What the gradient is multiplied by.</param>
    /// <param name="slope">What the deviation is multiplied by.</param>
    /// <param name="shift">What is added.</param>
    /// <param name="outputGradient">The gradient with respect to the output.</param>
    /// <param name="inputGradient">That with respect to the input, overwritten but for its border.</param>
    void BackwardInput(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> mean,
        ReadOnlySpan<float> scale,
        ReadOnlySpan<float> slope,
        ReadOnlySpan<float> shift,
        ReadOnlySpan<float> outputGradient,
        Span<float> inputGradient);
}
