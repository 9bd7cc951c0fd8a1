using CifarFast.Engine.Kernels.Elementwise;

namespace CifarFast.Engine.Operators;

/// <summary>Computes <c>(x - mean) / deviation</c>, a row of pixels at a time, with mean and deviation written out for a row.</summary>
internal sealed class NormalizeOperator : SampleOperator
{
    private readonly ElementwiseKernels _elementwise;
    private readonly OperatorContext _context;
    private readonly float[] _mean;
    private readonly float[] _deviation;

    public NormalizeOperator(OperatorContext context, IReadOnlyList<float> mean, IReadOnlyList<float> deviation)
    {
        _elementwise = ElementwiseKernels.For(context.Execution);
        _context = context;
        _mean = [.. Enumerable.Repeat(mean, context.Output.Width).SelectMany(values => values)];
        _deviation = [.. Enumerable.Repeat(deviation, context.Output.Width).SelectMany(values => values)];
    }

    public override void Forward(in SampleValues sample)
    {
        for (int row = 0; row < _context.Output.Height; row++)
        {
            _elementwise.Ternary(
                new Standardize(),
                sample.Input.Slice(_context.Input.Offset(row, 0), _mean.Length),
                _mean,
                _deviation,
                sample.Output.Slice(_context.Output.Offset(row, 0), _mean.Length));
        }
    }

    public override void Backward(in SampleGradients sample)
    {
        if (sample.Input.IsEmpty)
        {
            return;
        }

        for (int row = 0; row < _context.Output.Height; row++)
        {
            _elementwise.Binary(
                new Divide(),
                sample.Output.Slice(_context.OutputGradient.Offset(row, 0), _deviation.Length),
                _deviation,
                sample.Input.Slice(_context.InputGradient.Offset(row, 0), _deviation.Length));
        }
    }
}
