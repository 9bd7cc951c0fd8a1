using CifarFast.Engine.Diagnostics;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Kernels.Elementwise;
using CifarFast.Engine.Operators;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Execution;

/// <summary>
/// A stage of one operator that takes many samples at once. The gradients of its parameters are no partial sums: each element is summed
/// over the whole batch, in the order of the samples, and threads take different elements.
/// </summary>
internal sealed class BatchStage : Stage
{
    private readonly Node _node;
    private readonly NodeInput _input;
    private readonly BatchOperator _operator;
    private readonly ElementwiseKernels _elementwise;
    private readonly ParallelLoop _loop;
    private readonly Action<int> _addSample;
    private int _samples;
    private int _firstSample;

    /// <summary>Makes the stage of <paramref name="node"/>, which has one input.</summary>
    public BatchStage(Node node, ElementwiseKernels elementwise, ParallelLoop loop, WorkProgress progress)
        : base([node], progress)
    {
        _node = node;
        _input = node.Inputs[0];
        _operator = (BatchOperator)node.Operator;
        _elementwise = elementwise;
        _loop = loop;
        _addSample = AddSample;
    }

    public override void Forward(BatchPart part, CancellationToken cancellation)
    {
        if (part.Count > 0)
        {
            using EventSpan span = EngineEvents.Layer(_node.Name, "forward");
            _operator.Forward(
                part.Count,
                Part(_input.Value.Activation, _input.Value.Layout, part),
                Part(_node.Output.Activation, _node.Output.Layout, part),
                _loop,
                cancellation);
            Progress.Add(ForwardWork * part.Count);
        }
    }

    public override void BeginBackward(int samples) => _samples = samples;

    public override void Backward(BatchPart part, CancellationToken cancellation)
    {
        if (!_node.HasBackward || _input.Gradient is null || part.Count == 0)
        {
            return;
        }

        using EventSpan span = EngineEvents.Layer(_node.Name, "backward");
        GradientBuffer output = _node.Output.Gradient;
        _operator.BackwardInput(
            part.Count, Part(output.Batch, output.Layout, part), Part(_input.Gradient.Batch, _input.Gradient.Layout, part), _loop, cancellation);
        if (_input.IsPart)
        {
            _firstSample = part.FirstSample;
            _loop.Run(part.Count, _addSample, cancellation);
        }
    }

    public override void FinishBackward(CancellationToken cancellation)
    {
        if (_node.HasBackward && !_node.IsFrozen)
        {
            using EventSpan span = EngineEvents.Layer(_node.Name, "backward");
            _operator.BackwardParameters(_samples, _input.Value.Activation, _node.Output.Gradient.Batch, _loop, cancellation);
        }

        Progress.Add(BackwardWork * _samples);
    }

    private static Memory<float> Part(Memory<float> batch, SampleLayout layout, BatchPart part) => batch[(part.FirstSample * layout.Stride)..];

    private void AddSample(int index)
    {
        SampleLayout layout = _input.Value.Gradient.Layout;
        int start = (_firstSample + index) * layout.Stride;
        Span<float> sum = _input.Value.Gradient.Batch.Span.Slice(start, layout.Size);
        _elementwise.Binary(new Add(), sum, _input.Gradient!.Batch.Span.Slice(start, layout.Size), sum);
    }
}
