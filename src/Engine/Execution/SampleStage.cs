using CifarFast.Engine.Diagnostics;
using CifarFast.Engine.Distributed;
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
    private readonly (SampleOperator Operator, int Part)[] _forwardParts;
    private readonly (SampleOperator Operator, int Part)[] _backwardParts;
    private readonly Action<int> _prepareForward;
    private readonly Action<int> _prepareBackward;
    private readonly Action<ICommunicator, CancellationToken> _sumLater;
    private readonly (int First, int End) _summedAtOnce;
    private readonly (int First, int End) _summedLater;
    private readonly (Node[] Nodes, Node[] Recomputed, int Samples)[] _parts;
    private readonly int _group;
    private int _forwardGroup;
    private int _samples;
    private BatchPart _part;
    private CancellationToken _cancellation;

    /// <summary>Makes the stage.</summary>
    /// <param name="nodes">Its layers; their parameters lie one after another.</param>
    /// <param name="reduction">Sums the gradients of all parameters of the stage; null where there are none.</param>
    /// <param name="workspaces">Where threads get their memory.</param>
    /// <param name="elementwise">Adds up gradients of values that are read more than once.</param>
    /// <param name="loop">Runs samples and shards.</param>
    /// <param name="exchange">Shares the batch with other processes.</param>
    /// <param name="progress">Is told of the work as it is done.</param>
    public SampleStage(
        Node[] nodes, BatchReduction? reduction, ObjectPool<Workspace> workspaces, ElementwiseKernels elementwise, ParallelLoop loop, BatchExchange exchange,
        WorkProgress progress)
        : base(nodes, exchange, progress)
    {
        _nodes = nodes;
        _reduction = reduction;
        _workspaces = workspaces;
        _elementwise = elementwise;
        _loop = loop;
        _forwardSamples = ForwardSamples;
        _parts = Parts(nodes);
        _group = nodes.Max(node => node.SamplesAtOnce);
        _backwardShard = BackwardShard;
        _forwardParts = Preparations(nodes, operation => operation.ForwardParts);
        _backwardParts = Preparations(nodes.Where(node => node.HasBackward), operation => operation.BackwardParts);
        _prepareForward = index => _forwardParts[index].Operator.PrepareForward(_forwardParts[index].Part);
        _prepareBackward = index => _backwardParts[index].Operator.PrepareBackward(_backwardParts[index].Part);

        // Operators that need their sums to finish the backward pass begin the stage.
        _summedAtOnce = (0, EndOf(node => node.HasBackward && ((SampleOperator)node.Operator).FinishesBackward));
        _summedLater = (_summedAtOnce.End, Math.Max(_summedAtOnce.End, EndOf(node => node.HasBackward)));
        _sumLater = (communicator, cancellation) => Exchange.Background.Sum(communicator, Reduction, Exchange.NodesOf(_samples), _summedLater, cancellation);
    }

    /// <summary>Sums the gradients of the stage's parameters.</summary>
    public BatchReduction Reduction => _reduction ?? throw new InvalidOperationException("the network was made without gradients");

    public override void ReserveExchange()
    {
        if (_reduction is not null)
        {
            Exchange.ReserveSum(_summedAtOnce.End - _summedAtOnce.First, _summedLater.End - _summedLater.First);
        }
    }

    public override void BeginForward(CancellationToken cancellation)
    {
        foreach (Node node in _nodes)
        {
            ((SampleOperator)node.Operator).PrepareForward();
        }

        _loop.Run(_forwardParts.Length, _prepareForward, cancellation);
    }

    public override void Forward(BatchPart part, CancellationToken cancellation)
    {
        _part = part;

        // A small batch should still occupy all threads. That changes no bits: samples know nothing of each other.
        _forwardGroup = Math.Clamp((part.Count + _loop.Threads - 1) / _loop.Threads, 1, _group);
        _loop.Run((part.Count + _forwardGroup - 1) / _forwardGroup, _forwardSamples, cancellation);
    }

    public override void FinishForward(int samples, CancellationToken cancellation)
    {
        int shards = BatchReduction.ShardsOf(samples);
        Span<int> firstSamples = stackalloc int[shards + 1];
        for (int shard = 0; shard <= shards; shard++)
        {
            firstSamples[shard] = BatchReduction.FirstSample(shard, shards, samples);
        }

        ShardedBatch batch = Exchange.Sharded(firstSamples, cancellation);
        foreach (Node node in _nodes)
        {
            ((SampleOperator)node.Operator).FinishForward(batch);
        }
    }

    public override void BeginBackward(int samples, CancellationToken cancellation)
    {
        _samples = samples;
        Reduction.Begin(samples);
        _loop.Run(_backwardParts.Length, _prepareBackward, cancellation);
    }

    public override void Backward(BatchPart part, CancellationToken cancellation)
    {
        (_part, _cancellation) = (part, cancellation);
        _loop.Run(part.EndShard - part.FirstShard, _backwardShard, cancellation);
    }

    public override void FinishBackward(CancellationToken cancellation)
    {
        Exchange.Sum(Reduction, _samples, _summedAtOnce, cancellation);
        if (_summedLater.End > _summedLater.First)
        {
            Exchange.Begin(_sumLater, cancellation);
        }

        foreach (Node node in _nodes)
        {
            ((SampleOperator)node.Operator).FinishBackward();
        }
    }

    /// <summary>Cuts the nodes where the number of samples changes that go through them at once, and finds which nodes have to be computed again for the backward pass of a part.</summary>
    private static (Node[] Nodes, Node[] Recomputed, int Samples)[] Parts(Node[] nodes)
    {
        var parts = new List<(Node[], Node[], int)>();
        for (int first = 0, end; first < nodes.Length; first = end)
        {
            int samples = nodes[first].SamplesAtOnce;
            for (end = first + 1; end < nodes.Length && nodes[end].SamplesAtOnce == samples; end++)
            {
            }

            parts.Add((nodes[first..end], RecomputedFor(nodes[first..end], nodes), samples));
        }

        return [.. parts];
    }

    /// <summary>The nodes whose output the backward passes of others read, or what is computed from it again, and which compute it again.</summary>
    private static Node[] RecomputedFor(Node[] readers, Node[] nodes)
    {
        HashSet<SampleBuffer> read = [.. readers.Where(node => node.HasBackward && node.Layer.BackwardReadsInput).SelectMany(node => node.Inputs).Select(input => input.Value.Activation)];
        var recomputed = new Stack<Node>();
        foreach (Node node in nodes.Reverse().Where(node => node.IsRecomputed && read.Contains(node.Output.Activation)))
        {
            read.Add(node.Inputs[0].Value.Activation);
            recomputed.Push(node);
        }

        return [.. recomputed];
    }

    /// <summary>All parts in which operators prepare for a pass.</summary>
    private static (SampleOperator Operator, int Part)[] Preparations(IEnumerable<Node> nodes, Func<SampleOperator, int> parts) =>
        [.. nodes.Select(node => (SampleOperator)node.Operator).SelectMany(operation => Enumerable.Range(0, parts(operation)).Select(part => (operation, part)))];

    /// <summary>Where the parameters of the last one of some layers end among those of the stage.</summary>
    private int EndOf(Func<Node, bool> isMeant) =>
        _nodes.Where(isMeant).Select(node => node.ParameterOffset + node.ParameterLength - _nodes[0].ParameterOffset).DefaultIfEmpty().Max();

    private void ForwardSamples(int index)
    {
        int first = _part.FirstSample + (index * _forwardGroup);
        int end = Math.Min(first + _forwardGroup, _part.EndSample);
        Workspace workspace = _workspaces.Get();
        foreach ((Node[] nodes, _, int samples) in _parts)
        {
            for (int some = first; some < end; some += samples)
            {
                foreach (Node node in nodes)
                {
                    Forward(node, some, Math.Min(some + samples, end), first, workspace, "forward");
                }
            }
        }

        _workspaces.Return(workspace);
        Progress.Add(ForwardWork * (end - first));
    }

    private static void Forward(Node node, int first, int end, int numberZero, Workspace workspace, string pass)
    {
        using EventSpan span = EngineEvents.Layer(node.Name, pass);
        var operation = (SampleOperator)node.Operator;
        int step = operation.SamplesPerCall is null ? 1 : end - first;
        for (int sample = first; sample < end; sample += step)
        {
            Forward(node, operation, sample, step, sample - numberZero, workspace);
        }
    }

    private static void Forward(Node node, SampleOperator operation, int sample, int samples, int number, Workspace workspace)
    {
        Span<float> output = node.Output.Activation.Sample(sample, samples, number, workspace);
        for (int i = 0; i < node.Inputs.Length; i++)
        {
            operation.Forward(new SampleValues
            {
                Sample = sample,
                Samples = samples,
                Index = i,
                Input = node.Inputs[i].Value.Activation.Sample(sample, samples, number, workspace),
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
            for (int part = _parts.Length - 1; part >= 0; part--)
            {
                (Node[] nodes, Node[] recomputed, int samples) = _parts[part];
                for (int some = group; some < groupEnd; some += samples)
                {
                    foreach (Node node in recomputed)
                    {
                        Forward(node, some, Math.Min(some + samples, groupEnd), group, workspace, "backward");
                    }

                    for (int i = nodes.Length - 1; i >= 0; i--)
                    {
                        if (nodes[i].HasBackward)
                        {
                            Backward(nodes[i], (some, Math.Min(some + samples, groupEnd)), (first, end), group, workspace, gradient.Sum);
                        }
                    }
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
    private void Backward(
        Node node, (int First, int End) some, (int First, int End) shard, int numberZero, Workspace workspace, Span<float> stageSum)
    {
        using EventSpan span = EngineEvents.Layer(node.Name, "backward");
        var operation = (SampleOperator)node.Operator;
        Span<float> sum = stageSum.Slice(node.ParameterOffset - _nodes[0].ParameterOffset, node.ParameterLength);
        int block = operation.BlockSamples;
        int step = operation.SamplesPerCall is null ? 1 : some.End - some.First;
        for (int sample = some.First; sample < some.End; sample += step)
        {
            bool isLast = sample + step == shard.End;
            int place = (sample - shard.First) % block;
            bool isApart = block > 1 && sample - shard.First >= block;
            Span<float> parameters = isApart ? workspace.Span.Slice(node.BlockOffset, node.ParameterLength) : sum;
            Accumulation accumulation = place > 0 ? Accumulation.Continue
                : isApart || sample == shard.First ? Accumulation.Overwrite
                : Accumulation.Add;
            for (int i = 0; i < node.Inputs.Length; i++)
            {
                NodeInput input = node.Inputs[i];
                Span<float> gradient = input.Gradient is null ? default : input.Gradient.Sample(sample, step, sample - numberZero, workspace);
                operation.Backward(new SampleGradients
                {
                    Sample = sample,
                    Samples = step,
                    EndsShard = isLast,
                    Index = i,
                    InputValues = input.Value.Activation.Sample(sample, step, sample - numberZero, workspace),
                    OutputValues = node.Output.Activation.Sample(sample, step, sample - numberZero, workspace),
                    Saved = node.Saved(sample),
                    Output = node.Output.Gradient.Sample(sample, step, sample - numberZero, workspace),
                    Input = gradient,
                    Parameters = parameters,
                    Accumulation = accumulation,
                    Scratch = workspace.Span.Slice(node.BackwardScratchOffset, operation.BackwardScratchLength),
                });
                if (input.IsPart)
                {
                    Span<float> whole = input.Value.Gradient.Sample(sample, step, sample - numberZero, workspace);
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
