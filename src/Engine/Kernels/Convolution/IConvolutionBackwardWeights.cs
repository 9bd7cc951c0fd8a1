namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>
/// The backward pass of a convolution to its weight and bias, for one geometry. Spans must not overlap. <see cref="Run"/> may run on many
/// threads at once.
/// </summary>
internal interface IConvolutionBackwardWeights
{
    /// <summary>Floats of scratch it wants, each thread its own; anything may be in them when a shard begins.</summary>
    int ScratchLength => 0;

    /// <summary>Floats at the end of the scratch that nobody else may use until the shard's last samples.</summary>
    int KeptLength => 0;

    /// <summary>
    /// Writes what a sample contributes to the gradients of weight and bias, or what <paramref name="accumulation"/> says. A convolution without a
    /// bias has an empty gradient for it. Sums may be kept at the end of <paramref name="scratch"/> (<see cref="KeptLength"/>): the gradient of the weight
    /// is there after the shard's last samples (<paramref name="endsShard"/>).
    /// </summary>
    void Run(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> outputGradient,
        Span<float> weightGradient,
        Span<float> biasGradient,
        Accumulation accumulation,
        Span<float> scratch,
        bool endsShard);

    /// <summary>How many samples, one behind the other, are best computed at a time; null where it does not matter. Their number shapes sums.</summary>
    int? SamplesPerCall => null;

    /// <summary>The same for several samples, where <see cref="SamplesPerCall"/> is not null, at the strides of their layouts.</summary>
    void RunSamples(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> outputGradient,
        Span<float> weightGradient,
        Span<float> biasGradient,
        Accumulation accumulation,
        Span<float> scratch,
        int samples,
        bool endsShard) => Run(input, outputGradient, weightGradient, biasGradient, accumulation, scratch, endsShard);

    /// <summary>How many samples, one after another, make one sum; each sum is added to the ones before.</summary>
    int BlockSamples => 1;
}
