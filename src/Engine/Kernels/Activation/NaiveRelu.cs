namespace CifarFast.Engine.Kernels.Activation;

/// <summary>ReLU as its definition reads: the reference the fast kernel is tested against.</summary>
internal sealed class NaiveRelu : IRelu
{
    public void Forward(Span<float> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = MathF.Max(values[i], 0);
        }
    }

    public void Backward(ReadOnlySpan<float> output, Span<float> gradient)
    {
        for (int i = 0; i < output.Length; i++)
        {
            gradient[i] = output[i] > 0 ? gradient[i] : 0;
        }
    }
}
