namespace CifarFast.Engine.Kernels.Activation;

/// <summary>max(x, 0) in place. NaN stays NaN, so that a diverged run shows itself.</summary>
internal interface IRelu
{
    /// <summary>Replaces every value by max(value, 0).</summary>
    void Forward(Span<float> values);

    /// <summary>
    /// Zeroes the gradient wherever the output is not greater than zero. Both spans lie the same way and have the same length.
    /// </summary>
    void Backward(ReadOnlySpan<float> output, Span<float> gradient);
}
