using CifarFast.Engine.Kernels;
using CifarFast.Engine.Kernels.Linear;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Operators;

/// <summary>Computes a linear layer over the whole batch, so that a weight is read once for all samples.</summary>
internal sealed class LinearOperator : BatchOperator
{
    private readonly ILinear _kernels;
    private readonly Action<int> _forward;
    private readonly Action<int> _backwardInput;
    private readonly Action<int> _backwardParameters;
    private readonly bool _hasBias;
    private int _samples;
    private int _firstSlice;
    private Memory<float> _input;
    private Memory<float> _output;
    private Memory<float> _outputGradient;
    private Memory<float> _inputGradient;

    public LinearOperator(OperatorContext context, bool hasBias)
    {
        var geometry = new LinearGeometry(context.Input, context.Output, context.BatchSize);
        _kernels = LinearKernels.Create(context.Execution, geometry);
        var weight = new ParameterSpec("weight", new Shape(geometry.Outputs, geometry.Inputs), _kernels.WeightLayout, geometry.Inputs);
        var bias = new ParameterSpec("bias", new Shape(geometry.Outputs), _kernels.BiasLayout, FanIn: 0);
        ParameterSpecs = hasBias ? [weight, bias] : [weight];
        _forward = task => _kernels.Forward(task, _samples, _input.Span, Parameters[0].Value, hasBias ? Parameters[1].Value : [], _output.Span);
        _backwardInput = task =>
            _kernels.BackwardInput(task, _samples, Parameters[0].Value, _outputGradient.Span, _inputGradient.Span);
        _backwardParameters = index => _kernels.BackwardParameters(
            _firstSlice + index, _samples, _input.Span, _outputGradient.Span, Parameters[0].Gradient, BiasGradient);
        _hasBias = hasBias;

        // A weight that is larger than what the layer reads and writes of a batch is worth dividing, although its gradient has to be handed round.
        SharesGradient = (long)geometry.Inputs * geometry.Outputs > (long)context.BatchSize * (geometry.Inputs + geometry.Outputs);
    }

    public override int GradientSlices => _kernels.BackwardParametersTasks;

    public override bool SharesGradient { get; }

    private Span<float> BiasGradient => _hasBias ? Parameters[1].Gradient : [];

    public override IReadOnlyList<ParameterSpec> ParameterSpecs { get; }

    public override void Forward(int samples, Memory<float> input, Memory<float> output, ParallelLoop loop, CancellationToken cancellation)
    {
        (_samples, _input, _output) = (samples, input, output);
        loop.Run(_kernels.ForwardTasks, _forward, cancellation);
    }

    public override void BackwardInput(int samples, Memory<float> outputGradient, Memory<float> inputGradient, ParallelLoop loop, CancellationToken cancellation)
    {
        (_samples, _outputGradient, _inputGradient) = (samples, outputGradient, inputGradient);
        loop.Run(_kernels.BackwardInputTasks, _backwardInput, cancellation);
    }

    public override void BackwardParameters(
        int samples, (int First, int End) slices, Memory<float> input, Memory<float> outputGradient, ParallelLoop loop, CancellationToken cancellation)
    {
        (_samples, _firstSlice, _input, _outputGradient) = (samples, slices.First, input, outputGradient);
        _kernels.PrepareBackward(samples, outputGradient.Span);
        loop.Run(slices.End - slices.First, _backwardParameters, cancellation);
    }

    public override int GradientLength(int slice) => _kernels.GradientLength(slice, _hasBias);

    public override void CopyGradient(int slice, Span<float> to) => _kernels.CopyGradient(slice, Parameters[0].Gradient, BiasGradient, to);

    public override void SetGradient(int slice, ReadOnlySpan<float> from) => _kernels.SetGradient(slice, from, Parameters[0].Gradient, BiasGradient);
}
