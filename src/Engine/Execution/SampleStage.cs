using CifarFast.Engine.Diagnostics;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Kernels.Elementwise;
using CifarFast.Engine.Operators;
using Microsoft.Extensions.ObjectPool;

namespace CifarFast.Engine.Execution;

/// <summary>
/// A run of layers that each sample goes through alone, one sample after another, so that what it touches stays in cache.
/// Backward, the gradients of the parameters are summed by a <see cref="BatchReduction"/>, so that they are bitwise the same for every number
/// of threads and processes.
/// </summary>
internal sealed class SampleStage : Stage
{
    private readonly Node[] _nodes;
    private readonly ParallelLoop _loop;
    private readonly ObjectPool<Workspace> _workspaces;
    private readonly ElementwiseKernels _elementwise;
    private readonly BatchReduction? _reduction;
    private readonly Action<int> _forwardSample;
    private readonly Action<int> _backwardShard;
    private BatchPart _part;
    private CancellationToken _cancellation;

    /// <summary>Makes the stage.</summary>
    /// <param name="nodes">Its layers; their parameters lie one after another.</param>
    /// <param name="reduction">Sums the gradients of all parameters of the stage; null where there are none.</param>
    /// <param name="workspaces">Where threads get their memory.</param>
    /// <param name="elementwise">Adds up gradients of values that are read more than once.</param>
    /// <param name="loop">Runs samples and shards.</param>
    /// <param name="progress">Is told of the work as it is done.</param>
    public SampleStage(
        Node[] nodes, BatchReduction? reduction, ObjectPool<Workspace> workspaces, ElementwiseKernels elementwise, ParallelLoop loop, WorkProgress progress)
        : base(nodes, progress)
    {
        _nodes = nodes;
        _reduction = reduction;
        _workspaces = workspaces;
        _elementwise = elementwise;
        _loop = loop;
        _forwardSample = ForwardSample;
        _backwardShard = BackwardShard;
    }

    /// <summary>Sums the gradients of the stage's parameters.</summary>
    public BatchReduction Reduction => _reduction ?? throw new InvalidOperationException("the network was made without gradients");

    public override long Floats => _reduction?.Floats ?? 0;

    public override void Forward(BatchPart part, CancellationToken cancellation)
    {
        _part = part;
        foreach (Node node in _nodes)
        {
            ((SampleOperator)node.Operator).PrepareForward();
        }

        _loop.Run(part.Count, _forwardSample, cancellation);
    }

    public override void FinishForward(int samples)
    {
        int shards = BatchReduction.ShardsOf(samples);
        Span<int> firstSamples = stackalloc int[shards + 1];
        for (int shard = 0; shard <= shards; shard++)
        {
            firstSamples[shard] = BatchReduction.FirstSample(shard, shards, samples);
        }

        foreach (Node node in _nodes)
        {
            ((SampleOperator)node.Operator).FinishForward(firstSamples);
        }
    }

    public override void BeginBackward(int samples)
    {
        Reduction.Begin(samples);
        foreach (Node node in _nodes)
        {
            ((SampleOperator)node.Operator).PrepareBackward();
        }
    }

    public override void Backward(BatchPart part, CancellationToken cancellation)
    {
        (_part, _cancellation) = (part, cancellation);
        _loop.Run(part.EndShard - part.FirstShard, _backwardShard, cancellation);
    }

    public override void FinishBackward(CancellationToken cancellation)
    {
        foreach (Node node in _nodes)
        {
            ((SampleOperator)node.Operator).FinishBackward();
        }
    }

    private void ForwardSample(int index)
    {
        int sample = _part.FirstSample + index;
        Workspace workspace = _workspaces.Get();
        foreach (Node node in _nodes)
        {
            using EventSpan span = EngineEvents.Layer(node.Name, "forward");
            var operation = (SampleOperator)node.Operator;
            Span<float> output = node.Output.Sample(sample, workspace);
            for (int i = 0; i < node.Inputs.Length; i++)
            {
                operation.Forward(new SampleValues
                {
                    Sample = sample,
                    Index = i,
                    Number = sample,
                    Input = node.Inputs[i].Value.Sample(sample, workspace),
                    Output = output,
                    Saved = node.Saved(sample),
                    Scratch = workspace.Span.Slice(node.ForwardScratchOffset, operation.ForwardScratchLength),
                });
            }
        }

        _workspaces.Return(workspace);
        Progress.Add(ForwardWork);
    }

    private void BackwardShard(int index)
    {
        int shard = _part.FirstShard + index;
        (int first, int end) = Reduction.SamplesOf(shard);
        Workspace workspace = _workspaces.Get();
        ReductionBuffer gradient = Reduction.Rent();
        for (int sample = first; sample < end; sample++)
        {
            // The shards of a large batch are long. What was rented goes back when the next batch begins.
            if (_cancellation.IsCancellationRequested)
            {
                _workspaces.Return(workspace);
                return;
            }

            for (int i = _nodes.Length - 1; i >= 0; i--)
            {
                if (_nodes[i].HasBackward)
                {
                    Backward(_nodes[i], sample, first, isLast: sample == end - 1, workspace, gradient.Sum);
                }
            }

            Progress.Add(BackwardWork);
        }

        _workspaces.Return(workspace);
        Reduction.Complete(shard, gradient);
    }

    /// <summary>
    /// Computes a sample. The gradients of parameters are sums over blocks of samples, each added to the shard's: the first block is summed in
    /// the shard's place, others of several samples in a place of their own.
    /// </summary>
    private void Backward(Node node, int sample, int first, bool isLast, Workspace workspace, Span<float> stageSum)
    {
        using EventSpan span = EngineEvents.Layer(node.Name, "backward");
        var operation = (SampleOperator)node.Operator;
        Span<float> sum = stageSum.Slice(node.ParameterOffset - _nodes[0].ParameterOffset, node.ParameterLength);
        int block = operation.BlockSamples;
        int place = (sample - first) % block;
        bool isApart = block > 1 && sample - first >= block;
        Span<float> parameters = isApart ? workspace.Span.Slice(node.BlockOffset, node.ParameterLength) : sum;
        Accumulation accumulation = place > 0 ? Accumulation.Continue : isApart || sample == first ? Accumulation.Overwrite : Accumulation.Add;
        Backward(node, operation, sample, workspace, parameters, accumulation);
        if (isApart && (isLast || place == block - 1))
        {
            _elementwise.Binary(new Add(), sum, parameters, sum);
        }
    }

    private void Backward(Node node, SampleOperator operation, int sample, Workspace workspace, Span<float> parameters, Accumulation accumulation)
    {
        for (int i = 0; i < node.Inputs.Length; i++)
        {
            NodeInput input = node.Inputs[i];
            Span<float> gradient = input.Gradient is null ? default : input.Gradient.Sample(sample, workspace);
            operation.Backward(new SampleGradients
            {
                Sample = sample,
                Index = i,
                InputValues = input.Value.Sample(sample),
                OutputValues = node.Output.Sample(sample),
                Saved = node.Saved(sample),
                Output = node.Output.Gradient.Sample(sample, workspace),
                Input = gradient,
                Parameters = parameters,
                Accumulation = accumulation,
                Scratch = workspace.Span.Slice(node.BackwardScratchOffset, operation.BackwardScratchLength),
            });
            if (input.IsPart)
            {
                Span<float> whole = input.Value.Gradient.Sample(sample, workspace);
                _elementwise.Binary(new Add(), whole, gradient, whole);
            }
        }
    }
}
