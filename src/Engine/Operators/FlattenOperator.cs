using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Operators;

/// <summary>
/// Computes a flattening: in place the same memory under another shape, where the next layers know where each feature lies; else a
/// copy in PyTorch's order.
/// </summary>
internal sealed class FlattenOperator(OperatorContext context) : SampleOperator
{
    private readonly int[] _places = context.IsInPlace ? [] : Places(context.Input);
    private readonly int[] _gradientPlaces = context.IsInPlace ? [] : Places(context.InputGradient);

    public override void Forward(in SampleValues sample)
    {
        for (int i = 0; i < _places.Length; i++)
        {
            sample.Output[i] = sample.Input[_places[i]];
        }
    }

    public override void Backward(in SampleGradients sample)
    {
        if (sample.Input.IsEmpty)
        {
            return;
        }

        for (int i = 0; i < _gradientPlaces.Length; i++)
        {
            sample.Input[_gradientPlaces[i]] = sample.Output[i];
        }
    }

    private static int[] Places(SampleLayout layout) => [.. Enumerable.Range(0, layout.Features).Select(layout.OffsetOfFeature)];
}
