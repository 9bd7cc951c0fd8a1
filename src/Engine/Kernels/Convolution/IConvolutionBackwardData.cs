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

    /// <summary>In how many parts it takes note of the weight.</summary>
    int WeightParts => 0;

    /// <summary>Takes note of a part of the weight, all of which are due before the calls of <see cref="Run"/> of a step; several threads may do so at once.</summary>
    void Prepare(int part, ReadOnlySpan<float> weight)
    {
    }

    /// <summary>Takes note of the whole weight.</summary>
    void Prepare(ReadOnlySpan<float> weight)
    {
        for (int part = 0; part < WeightParts; part++)
        {
            Prepare(part, weight);
        }
    }

    /// <summary>Writes the gradient with respect to a sample.</summary>
    void Run(ReadOnlySpan<float> outputGradient, Span<float> inputGradient, Span<float> scratch);

    /// <summary>The same for several samples, where <see cref="SamplesPerCall"/> is not null, at the strides of their layouts.</summary>
    void RunSamples(ReadOnlySpan<float> outputGradient, Span<float> inputGradient, Span<float> scratch, int samples) => Run(outputGradient, inputGradient, scratch);
}
