using CifarFast.Engine.Kernels.Pooling;

namespace CifarFast.Engine.Layers.Operators;

/// <summary>Computes a <see cref="MaxPool2d"/>. Backward it needs no more than the places of the maxima, a fraction of its input.</summary>
internal sealed class MaxPool2dOperator : SampleOperator
{
    private readonly PoolingGeometry _geometry;
    private readonly IMaxPool _algorithm;
    private readonly PooledGradientLayout? _lists;

    public MaxPool2dOperator(MaxPool2d layer, OperatorContext context)
    {
        _geometry = layer.Geometry(context);
        _lists = context.PooledInputGradient;
        _algorithm = MaxPoolAlgorithm.Create(context.Execution, _geometry);
    }

    public override int SavedLength => _geometry.Places.Size;

    public override void Forward(ReadOnlySpan<float> input, Span<float> output, Span<float> saved, Span<float> scratch) =>
        _algorithm.Forward(input, output, saved);

    public override void Backward(ReadOnlySpan<float> input, ReadOnlySpan<float> output, ReadOnlySpan<float> saved, SampleGradients gradients)
    {
        if (_lists is not null)
        {
            _lists.Gather(saved, gradients.Output, gradients.Input);
        }
        else if (!gradients.Input.IsEmpty)
        {
            _algorithm.Backward(saved, gradients.Output, gradients.Input);
        }
    }
}
