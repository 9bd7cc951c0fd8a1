namespace CifarFast.Engine.Kernels.Pooling;

/// <summary>
/// The largest value of each window of a sample, channel by channel. Where a window holds its maximum more than once, the first
/// one in row order takes the gradient, as in PyTorch. Where it was is a number from 0 on, counted in the window's row order, and is
/// all the backward pass needs to know of the forward one, in 16 bits; of a window with NaN, whose maximum is NaN, it may be any of them. Spans must
/// not overlap.
/// </summary>
internal interface IMaxPool
{
    /// <summary>Writes the maxima.</summary>
    /// <param name="input">The sample.</param>
    /// <param name="output">Its maxima.</param>
    /// <param name="argMax">
    /// Where each maximum was in its window, for <see cref="Backward"/>: row, column, channel, without a border. Empty where there is no backward pass.
    /// </param>
    void Forward(ReadOnlySpan<float> input, Span<float> output, Span<ushort> argMax);

    /// <summary>Writes the input gradient: the output gradient where the maximum was, zero elsewhere.</summary>
    /// <param name="argMax">What <see cref="Forward"/> wrote.</param>
    /// <param name="outputGradient">The gradient with respect to the output.</param>
    /// <param name="inputGradient">That with respect to the input, overwritten but for its border.</param>
    void Backward(ReadOnlySpan<ushort> argMax, ReadOnlySpan<float> outputGradient, Span<float> inputGradient);
}
