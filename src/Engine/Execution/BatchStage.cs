using CifarFast.Engine.Diagnostics;
using CifarFast.Engine.Distributed;
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
    private readonly bool _isLast;
    private readonly bool _isReadAgain;
    private readonly NodeInput _input;
    private readonly BatchOperator _operator;
    private readonly ElementwiseKernels _elementwise;
    private readonly ParallelLoop _loop;
    private readonly Action<int> _addSample;
    private readonly Action<ICommunicator, CancellationToken> _gatherInputs;
    private readonly Action<ICommunicator, CancellationToken> _gatherSlices;
    private int _samples;
    private long _inputs;
    private BatchPart _part;

    /// <summary>Makes the stage of <paramref name="node"/>, which has one input.</summary>
    /// <param name="node">The operator in its place.</param>
    /// <param name="isLast">Whether it is the network's last layer, the gradient of whose output every process has of all samples.</param>
    /// <param name="isReadAgain">Whether layers behind it read its input, too.</param>
    /// <param name="elementwise">Adds up gradients of values that are read more than once.</param>
    /// <param name="loop">Runs tasks.</param>
    /// <param name="exchange">Shares the batch with other processes.</param>
    /// <param name="progress">Is told of the work as it is done.</param>
    public BatchStage(
        Node node, bool isLast, bool isReadAgain, ElementwiseKernels elementwise, ParallelLoop loop, BatchExchange exchange, WorkProgress progress)
        : base([node], exchange, progress)
    {
        _node = node;
        _isLast = isLast;
        _isReadAgain = isReadAgain;
        _input = node.Inputs[0];
        _operator = (BatchOperator)node.Operator;
        _elementwise = elementwise;
        _loop = loop;
        _addSample = AddSample;
        _gatherInputs = (communicator, cancellation) =>
            Exchange.Background.GatherSamples(communicator, _input.Value.Activation.Batch, _input.Value.Layout, _samples, cancellation);
        _gatherSlices = (communicator, cancellation) => Exchange.Background.GatherSlices(communicator, _operator, cancellation);
    }

    private bool LearnsParameters => _node.HasBackward && !_node.IsFrozen;

    public override void ReserveExchange()
    {
        if (LearnsParameters)
        {
            Exchange.ReserveSlices(_operator);
        }
    }

    public override void Forward(BatchPart part, CancellationToken cancellation)
    {
        if (part.Count > 0)
        {
            using EventSpan span = EngineEvents.Layer(_node.Name, "forward");
            _operator.Forward(
                part.Count,
                Part(_input.Value.Activation.Batch, _input.Value.Layout, part),
                Part(_node.Output.Activation.Batch, _node.Output.Layout, part),
                _loop,
                cancellation);
            Progress.Add(ForwardWork * part.Count);
        }
    }

    /// <summary>The gradient of the parameters, if there will be one, is computed from the inputs of all samples.</summary>
    public override void FinishForward(int samples, CancellationToken cancellation)
    {
        if (LearnsParameters)
        {
            _samples = samples;
            _inputs = Exchange.Begin(_gatherInputs, cancellation);
            if (_isReadAgain)
            {
                // Until then nobody may read even what this process has of them.
                Exchange.Complete(_inputs);
            }
        }
    }

    public override void BeginBackward(int samples, CancellationToken cancellation) => _samples = samples;

    public override void Backward(BatchPart part, CancellationToken cancellation)
    {
        _part = part;
        if (!_node.HasBackward || _input.Gradient is null || part.Count == 0)
        {
            return;
        }

        using EventSpan span = EngineEvents.Layer(_node.Name, "backward");
        SampleBuffer output = _node.Output.Gradient;
        _operator.BackwardInput(
            part.Count, Part(output.Batch, output.Layout, part), Part(_input.Gradient.Batch, _input.Gradient.Layout, part), _loop, cancellation);
        if (_input.IsPart)
        {
            _loop.Run(part.Count, _addSample, cancellation);
        }
    }

    public override void FinishBackward(CancellationToken cancellation)
    {
        if (LearnsParameters)
        {
            SampleBuffer output = _node.Output.Gradient;
            if (!_isLast)
            {
                Exchange.GatherSamples(output.Batch, output.Layout, _samples, cancellation);
            }

            Exchange.Complete(_inputs);
            using EventSpan span = EngineEvents.Layer(_node.Name, "backward");
            (int First, int End) slices = Exchange.SlicesOf(_operator);
            _operator.BackwardParameters(_samples, slices, _input.Value.Activation.Batch, output.Batch, _loop, cancellation);
            if (_operator.SharesGradient)
            {
                Exchange.Begin(_gatherSlices, cancellation);
            }
        }

        Progress.Add(BackwardWork * _part.Count);
    }

    private static Memory<float> Part(Memory<float> batch, SampleLayout layout, BatchPart part) => batch[(part.FirstSample * layout.Stride)..];

    private void AddSample(int index)
    {
        SampleLayout layout = _input.Value.Gradient.Layout;
        int start = (_part.FirstSample + index) * layout.Stride;
        Span<float> sum = _input.Value.Gradient.Batch.Span.Slice(start, layout.Size);
        _elementwise.Binary(new Add(), sum, _input.Gradient!.Batch.Span.Slice(start, layout.Size), sum);
    }
}
