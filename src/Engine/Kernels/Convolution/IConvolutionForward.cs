namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>
/// The forward pass of a convolution for one geometry. Samples are channels last with a border of zeros, as
/// <see cref="ConvolutionGeometry"/> says; the output is written inside its border only. Spans must not overlap. <see cref="Run"/> may run on
/// many threads at once.
/// </summary>
internal interface IConvolutionForward
{
    /// <summary>Floats of scratch it wants, each thread its own; anything may be in them.</summary>
    int ScratchLength => 0;

    /// <summary>How many samples, one behind the other, are best computed at a time; null where it does not matter.</summary>
    int? SamplesPerCall => null;

    /// <summary>In how many parts it takes note of the weight.</summary>
    int WeightParts => 0;

    /// <summary>Takes note of a part of the weight, all of which are due before the calls of <see cref="Run"/> of a batch; several threads may do so at once.</summary>
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

    /// <summary>
    /// Cross-correlates a sample with the weight, which is that of the last <see cref="Prepare(ReadOnlySpan{float})"/>, and adds the bias: writes
    /// <paramref name="output"/>. A convolution without a bias has an empty one.
    /// </summary>
    void Run(ReadOnlySpan<float> input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> output, Span<float> scratch);

    /// <summary>The same for several samples, where <see cref="SamplesPerCall"/> is not null, at the strides of their layouts.</summary>
    void RunSamples(ReadOnlySpan<float> input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> output, Span<float> scratch, int samples) =>
        Run(input, weight, bias, output, scratch);
}
