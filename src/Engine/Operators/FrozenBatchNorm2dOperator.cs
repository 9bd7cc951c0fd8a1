using CifarFast.Engine.Kernels.Elementwise;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Operators;

/// <summary>Computes <c>x·scale + shift</c>, pixel by pixel, with one scale and shift a channel that are made of the buffers once a batch.</summary>
internal sealed class FrozenBatchNorm2dOperator : SampleOperator
{
    private readonly ElementwiseKernels _elementwise;
    private readonly OperatorContext _context;
    private readonly float _epsilon;
    private readonly float[] _scale;
    private readonly float[] _shift;

    public FrozenBatchNorm2dOperator(OperatorContext context, float epsilon)
    {
        _elementwise = ElementwiseKernels.For(context.Execution);
        _context = context;
        _epsilon = epsilon;
        int channels = context.Output.Channels;
        _scale = new float[channels];
        _shift = new float[channels];
        BufferSpecs = [Spec("weight", 1), Spec("bias", 0), Spec("running_mean", 0), Spec("running_var", 1)];

        ParameterSpec Spec(string name, float initial) =>
            new(name, new Shape(channels), ParameterLayout.Dense(channels), FanIn: 0) { InitialValue = initial };
    }

    public override IReadOnlyList<ParameterSpec> BufferSpecs { get; }

    public override void PrepareForward()
    {
        for (int c = 0; c < _scale.Length; c++)
        {
            double scale = Buffers[0].Value[c] / Math.Sqrt((double)Buffers[3].Value[c] + _epsilon);
            _scale[c] = (float)scale;
            _shift[c] = (float)(Buffers[1].Value[c] - (Buffers[2].Value[c] * scale));
        }
    }

    public override void Forward(in SampleValues sample)
    {
        SampleLayout from = _context.Input;
        SampleLayout to = _context.Output;
        for (int row = 0; row < to.Height; row++)
        {
            for (int column = 0; column < to.Width; column++)
            {
                Span<float> output = sample.Output.Slice(to.Offset(row, column), _scale.Length);
                ReadOnlySpan<float> input = _context.IsInPlace ? output : sample.Input.Slice(from.Offset(row, column), _scale.Length);
                _elementwise.Ternary(new MultiplyAdd(), input, _scale, _shift, output);
            }
        }
    }

    public override void Backward(in SampleGradients sample)
    {
        if (!_context.IsInPlace && sample.Input.IsEmpty)
        {
            return;
        }

        SampleLayout from = _context.OutputGradient;
        SampleLayout to = _context.InputGradient;
        for (int row = 0; row < from.Height; row++)
        {
            for (int column = 0; column < from.Width; column++)
            {
                Span<float> output = sample.Output.Slice(from.Offset(row, column), _scale.Length);
                Span<float> input = _context.IsInPlace ? output : sample.Input.Slice(to.Offset(row, column), _scale.Length);
                _elementwise.Binary(new Multiply(), output, _scale, input);
            }
        }
    }
}
