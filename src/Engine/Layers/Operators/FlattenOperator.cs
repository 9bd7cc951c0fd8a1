namespace CifarFast.Engine.Layers.Operators;

/// <summary>Computes a <see cref="Flatten"/>: the same memory under another shape.</summary>
internal sealed class FlattenOperator : SampleOperator
{
    public override void Forward(ReadOnlySpan<float> input, Span<float> output, Span<float> saved, Span<float> scratch)
    {
    }

    public override void Backward(ReadOnlySpan<float> input, ReadOnlySpan<float> output, ReadOnlySpan<float> saved, SampleGradients gradients)
    {
    }
}
