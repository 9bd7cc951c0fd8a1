using CifarFast.Engine.Diagnostics;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Kernels.Elementwise;
using CifarFast.Engine.Operators;
using Microsoft.Extensions.ObjectPool;

namespace CifarFast.Engine.Execution;

/// <summary>
/// A run of layers that each sample goes through alone, or a few together where a layer is faster on several, so that what they touch stays in
/// cache.
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
    private readonly Action<int> _forwardSamples;
    private readonly Action<int> _backwardShard;
    private readonly int _group;
    private int _forwardGroup;
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
        _forwardSamples = ForwardSamples;
        _group = SamplesAtOnce(nodes);
        _backwardShard = BackwardShard;
    }

    /// <summary>Sums the gradients of the stage's parameters.</summary>
    public BatchReduction Reduction => _reduction ?? throw new InvalidOperationException("the network was made without gradients");

    public override long Floats => _reduction?.Floats ?? 0;

    /// <summary>How many samples a stage of such layers takes through them at a time.</summary>
    public static int SamplesAtOnce(IEnumerable<Node> nodes) => nodes.Max(node => node.SamplesAtOnce);

    public override void Forward(BatchPart part, CancellationToken cancellation)
    {
        _part = part;
        foreach (Node node in _nodes)
        {
            ((SampleOperator)node.Operator).PrepareForward();
        }

        // A small batch should still occupy all threads. That changes no bits: samples know nothing of each other.
        _forwardGroup = Math.Clamp((part.Count + _loop.Threads - 1) / _loop.Threads, 1, _group);
        _loop.Run((part.Count + _forwardGroup - 1) / _forwardGroup, _forwardSamples, cancellation);
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

    private void ForwardSamples(int index)
    {
        int first = _part.FirstSample + (index * _forwardGroup);
        int end = Math.Min(first + _forwardGroup, _part.EndSample);
        Workspace workspace = _workspaces.Get();
        foreach (Node node in _nodes)
        {
            using EventSpan span = EngineEvents.Layer(node.Name, "forward");
            var operation = (SampleOperator)node.Operator;
            int step = operation.ForwardSamplesPerCall > 1 ? end - first : 1;
            for (int sample = first; sample < end; sample += step)
            {
                Forward(node, operation, sample, step, sample - first, workspace);
            }
        }

        _workspaces.Return(workspace);
        Progress.Add(ForwardWork * (end - first));
    }

    private static void Forward(Node node, SampleOperator operation, int sample, int samples, int place, Workspace workspace)
    {
        Span<float> output = node.Output.Sample(sample, samples, place, workspace);
        for (int i = 0; i < node.Inputs.Length; i++)
        {
            operation.Forward(new SampleValues
            {
                Sample = sample,
                Samples = samples,
                Index = i,
                Input = node.Inputs[i].Value.Sample(sample, samples, place, workspace),
                Output = output,
                Saved = node.Saved(sample),
                Scratch = workspace.Span.Slice(node.ForwardScratchOffset, operation.ForwardScratchLength),
            });
        }
    }

    private void BackwardShard(int index)
    {
        int shard = _part.FirstShard + index;
        (int first, int end) = Reduction.SamplesOf(shard);
        Workspace workspace = _workspaces.Get();
        ReductionBuffer gradient = Reduction.Rent();
        for (int group = first; group < end; group += _group)
        {
            // The shards of a large batch are long. What was rented goes back when the next batch begins.
            if (_cancellation.IsCancellationRequested)
            {
                _workspaces.Return(workspace);
                return;
            }

            int groupEnd = Math.Min(group + _group, end);
            for (int i = _nodes.Length - 1; i >= 0; i--)
            {
                if (_nodes[i].HasBackward)
                {
                    Backward(_nodes[i], group, groupEnd, first, end, workspace, gradient.Sum);
                }
            }

            Progress.Add(BackwardWork * (groupEnd - group));
        }

        _workspaces.Return(workspace);
        Reduction.Complete(shard, gradient);
    }

    /// <summary>
    /// Computes samples of a shard. The gradients of parameters are sums over blocks of samples, each added to the shard's: the first block is
    /// summed in the shard's place, others of several samples in a place of their own.
    /// </summary>
    private void Backward(Node node, int group, int groupEnd, int first, int end, Workspace workspace, Span<float> stageSum)
    {
        using EventSpan span = EngineEvents.Layer(node.Name, "backward");
        var operation = (SampleOperator)node.Operator;
        Span<float> sum = stageSum.Slice(node.ParameterOffset - _nodes[0].ParameterOffset, node.ParameterLength);
        int block = operation.BlockSamples;
        int step = operation.BackwardSamplesPerCall > 1 ? groupEnd - group : 1;
        for (int sample = group; sample < groupEnd; sample += step)
        {
            bool isLast = sample + step == end;
            int place = (sample - first) % block;
            bool isApart = block > 1 && sample - first >= block;
            Span<float> parameters = isApart ? workspace.Span.Slice(node.BlockOffset, node.ParameterLength) : sum;
            Accumulation accumulation = place > 0 && block > 1 ? Accumulation.Continue
                : isApart || sample == first ? Accumulation.Overwrite
                : Accumulation.Add;
            for (int i = 0; i < node.Inputs.Length; i++)
            {
                NodeInput input = node.Inputs[i];
                Span<float> gradient = input.Gradient is null ? default : input.Gradient.Sample(sample, step, sample - group, workspace);
                operation.Backward(new SampleGradients
                {
                    Sample = sample,
                    Samples = step,
                    EndsShard = isLast,
                    Index = i,
                    InputValues = input.Value.Sample(sample, step),
                    OutputValues = node.Output.Sample(sample, step),
                    Saved = node.Saved(sample),
                    Output = node.Output.Gradient.Sample(sample, step, sample - group, workspace),
                    Input = gradient,
                    Parameters = parameters,
                    Accumulation = accumulation,
                    Scratch = workspace.Span.Slice(node.BackwardScratchOffset, operation.BackwardScratchLength),
                });
                if (input.IsPart)
                {
                    Span<float> whole = input.Value.Gradient.Sample(sample, step, sample - group, workspace);
                    _elementwise.Binary(new Add(), whole, gradient, whole);
                }
            }

            if (isApart && (isLast || place == block - 1))
            {
                _elementwise.Binary(new Add(), sum, parameters, sum);
            }
        }
    }
}
