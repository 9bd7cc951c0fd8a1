namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>
/// A convolution algorithm for one geometry. Samples are channels last with a border of zeros, as
/// <see cref="ConvolutionGeometry"/> says; outputs are written inside their border only. Spans must not overlap.
/// All but <see cref="PrepareForward"/> and <see cref="PrepareBackward"/> may run on many threads at once.
/// </summary>
internal interface IConvolution
{
    /// <summary>How the weight and its gradient are kept.</summary>
    ParameterLayout WeightLayout { get; }

    /// <summary>How the bias and its gradient are kept.</summary>
    ParameterLayout BiasLayout { get; }

    /// <summary>Floats of scratch the forward pass wants, each thread its own; anything may be in them.</summary>
    int ForwardScratchLength => 0;

    /// <summary>Floats of scratch the backward pass wants, zero at first and its own for each thread.</summary>
    int ScratchLength { get; }

    /// <summary>Takes note of the weight before the calls of <see cref="Forward"/> of a batch.</summary>
    void PrepareForward(ReadOnlySpan<float> weight)
    {
    }

    /// <summary>
    /// Cross-correlates a sample with the weight, which is that of the last <see cref="PrepareForward"/>, and adds the bias: writes
    /// <paramref name="output"/>.
    /// </summary>
    void Forward(ReadOnlySpan<float> input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> output, Span<float> scratch);

    /// <summary>Takes note of the weight before the calls of <see cref="BackwardInput"/> of a step.</summary>
    void PrepareBackward(ReadOnlySpan<float> weight);

    /// <summary>Writes the gradient with respect to a sample.</summary>
    void BackwardInput(ReadOnlySpan<float> outputGradient, Span<float> inputGradient, Span<float> scratch);

    /// <summary>
    /// Writes what a sample contributes to the gradients of weight and bias, or adds it where <paramref name="accumulate"/> is set.
    /// </summary>
    void BackwardParameters(
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> outputGradient,
        Span<float> weightGradient,
        Span<float> biasGradient,
        bool accumulate,
        Span<float> scratch);
}
