using CifarFast.Engine.Kernels.Pooling;

namespace CifarFast.Engine.Layers.Operators;

/// <summary>Computes a <see cref="MaxPool2d"/>.</summary>
internal sealed class MaxPool2dOperator(MaxPool2d layer, OperatorContext context) : SampleOperator
{
    private readonly IMaxPool _algorithm = MaxPoolAlgorithm.Create(
        context.Execution,
        new PoolingGeometry(layer.KernelSize, layer.Stride, context.Input, context.Output, context.OutputGradient, context.InputGradient));

    public override void Forward(ReadOnlySpan<float> input, Span<float> output, Span<float> scratch) => _algorithm.Forward(input, output);

    public override void Backward(ReadOnlySpan<float> input, ReadOnlySpan<float> output, SampleGradients gradients)
    {
        if (!gradients.Input.IsEmpty)
        {
            _algorithm.Backward(input, output, gradients.Output, gradients.Input);
        }
    }
}
