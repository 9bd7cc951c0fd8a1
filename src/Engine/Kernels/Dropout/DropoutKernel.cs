using CifarFast.Engine.Randomness;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Dropout;

/// <summary>
/// Sets elements of a sample to zero at random and scales the others up, so that the mean stays (Srivastava et al. 2014, "Dropout: A Simple
/// Way to Prevent Neural Networks from Overfitting"). Whether an element is kept is a function of the sample's key and of the element's place in PyTorch's
/// order (channel, row, column), so the backward pass draws once more what the forward pass drew. It computes with whole numbers, on every
/// tier the same ones.
/// </summary>
internal sealed class DropoutKernel
{
    private readonly uint _scaleBits;

    /// <summary>What the upper half of an element's random bits has to reach for it to be kept.</summary>
    private readonly long _threshold;

    /// <summary>Prepares to drop elements.</summary>
    /// <param name="probability">How probable it is that an element is dropped; 0 to 1.</param>
    public DropoutKernel(float probability)
    {
        _threshold = (long)Math.Round(probability * (double)(1L << 32));
        _scaleBits = BitConverter.SingleToUInt32Bits(probability == 1 ? 0 : (float)(1 / (1 - (double)probability)));
    }

    /// <summary>Multiplies each element by zero or by the scale.</summary>
    /// <param name="key">The sample's key.</param>
    /// <param name="from">How the input lies in memory.</param>
    /// <param name="input">The sample.</param>
    /// <param name="to">How the output lies in memory.</param>
    /// <param name="output">Overwritten but for its border; it may be the input, where both lie alike.</param>
    public void Run(RandomKey key, SampleLayout from, ReadOnlySpan<float> input, SampleLayout to, Span<float> output)
    {
        from.Check(input, nameof(input));
        to.Check(output, nameof(output));
        for (int row = 0; row < to.Height; row++)
        {
            for (int column = 0; column < to.Width; column++)
            {
                int pixel = (row * to.Width) + column;
                Run(key, pixel, to.Height * to.Width, input.Slice(from.Offset(row, column), to.Channels), output.Slice(to.Offset(row, column), to.Channels));
            }
        }
    }

    /// <summary>One pixel, whose channels are as many places apart as an image has pixels.</summary>
    private void Run(RandomKey key, int pixel, int pixels, ReadOnlySpan<float> input, Span<float> output)
    {
        ulong state = key.State((ulong)pixel);
        ulong step = (ulong)pixels * SplitMix64.Step;
        for (int channel = 0; channel < output.Length; channel++)
        {
            // The sign of the difference, spread over all bits, takes the scale or leaves zero: a branch could not be predicted.
            long isKept = (_threshold - 1 - (long)(SplitMix64.Mix(state) >> 32)) >> 63;
            output[channel] = input[channel] * BitConverter.UInt32BitsToSingle(_scaleBits & (uint)isKept);
            state += step;
        }
    }
}
