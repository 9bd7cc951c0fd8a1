using CifarFast.Engine.Diagnostics;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Kernels.Elementwise;
using CifarFast.Engine.Operators;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Execution;

/// <summary>A stage of one operator that takes the whole batch at once.</summary>
internal sealed class BatchStage : Stage
{
    private readonly Node _node;
    private readonly NodeInput _input;
    private readonly BatchOperator _operator;
    private readonly ElementwiseKernels _elementwise;
    private readonly ParallelLoop _loop;
    private readonly Action<int> _addSample;

    /// <summary>Makes the stage of <paramref name="node"/>, which has one input.</summary>
    public BatchStage(Node node, ElementwiseKernels elementwise, ParallelLoop loop)
    {
        _node = node;
        _input = node.Inputs[0];
        _operator = (BatchOperator)node.Operator;
        _elementwise = elementwise;
        _loop = loop;
        _addSample = AddSample;
    }

    public override void Forward(int samples)
    {
        using EventSpan span = EngineEvents.Layer(_node.Name, "forward");
        _operator.Forward(samples, _input.Value.Activation, _node.Output.Activation, _loop);
    }

    public override void Backward(int samples)
    {
        if (!_node.HasBackward)
        {
            return;
        }

        using EventSpan span = EngineEvents.Layer(_node.Name, "backward");
        _operator.Backward(samples, _input.Value.Activation, _node.Output.Gradient.Batch, _input.Gradient?.Batch ?? default, _loop);
        if (_input.IsPart)
        {
            _loop.Run(samples, _addSample);
        }
    }

    private void AddSample(int sample)
    {
        SampleLayout layout = _input.Value.Gradient.Layout;
        Span<float> sum = _input.Value.Gradient.Batch.Span.Slice(sample * layout.Stride, layout.Size);
        _elementwise.Binary(new Add(), sum, _input.Gradient!.Batch.Span.Slice(sample * layout.Stride, layout.Size), sum);
    }
}
