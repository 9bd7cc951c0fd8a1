namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>
/// The backward pass of a convolution to its input, for one geometry. Spans must not overlap. <see cref="Run"/> may run on many threads at once.
/// </summary>
internal interface IConvolutionBackwardData
{
    /// <summary>Floats of scratch it wants, each thread its own; anything may be in them.</summary>
    int ScratchLength => 0;

    /// <summary>Floats that it keeps for itself, made of the weight, beside those in <see cref="ConvolutionProblem.Filters"/>.</summary>
    long Floats => 0;

    /// <summary>How many samples, one behind the other, are best computed at a time; null where it does not matter.</summary>
    int? SamplesPerCall => null;

    /// <summary>Takes note of the weight before the calls of <see cref="Run"/> of a step.</summary>
    void Prepare(ReadOnlySpan<float> weight);

    /// <summary>Writes the gradient with respect to a sample.</summary>
    void Run(ReadOnlySpan<float> outputGradient, Span<float> inputGradient, Span<float> scratch);

    /// <summary>The same for several samples, where <see cref="SamplesPerCall"/> is not null, at the strides of their layouts.</summary>
    void RunSamples(ReadOnlySpan<float> outputGradient, Span<float> inputGradient, Span<float> scratch, int samples) => Run(outputGradient, inputGradient, scratch);
}
