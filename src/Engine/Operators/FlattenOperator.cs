using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Operators;

/// <summary>
/// Computes a flattening: in place the same memory under another shape, where the next layers know where each feature lies; else a
/// copy in PyTorch's order.
/// </summary>
internal sealed class FlattenOperator(OperatorContext context) : SampleOperator
{
    private readonly int[] _offsets = context.IsInPlace ? [] : Offsets(context.Input);
    private readonly int[] _gradientOffsets = context.IsInPlace ? [] : Offsets(context.InputGradient);

    public override void Forward(in SampleValues sample)
    {
        for (int i = 0; i < _offsets.Length; i++)
        {
            sample.Output[i] = sample.Input[_offsets[i]];
        }
    }

    public override void Backward(in SampleGradients sample)
    {
        if (sample.Input.IsEmpty)
        {
            return;
        }

        for (int i = 0; i < _gradientOffsets.Length; i++)
        {
            sample.Input[_gradientOffsets[i]] = sample.Output[i];
        }
    }

    private static int[] Offsets(SampleLayout layout) => [.. Enumerable.Range(0, layout.Features).Select(layout.OffsetOfFeature)];
}
