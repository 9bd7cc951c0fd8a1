using CifarFast.Engine.Execution.Passes;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Operators;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Execution;

/// <summary>
/// A network ready to be computed: nodes with their operators in order, and the values between them, with memory for what is kept of a whole
/// batch and places in a <see cref="Workspace"/> for the rest.
/// </summary>
internal sealed class Plan
{
    private readonly Graph _graph;
    private readonly ExecutionOptions _execution;
    private readonly int _batchSize;
    private readonly RequiredGradients _required;
    private readonly StepRandomness _randomness;
    private readonly bool[] _inPlace;

    /// <summary>Of each value of the graph, the value whose memory it has: itself, unless it is computed in place.</summary>
    private readonly int[] _memory;

    /// <summary>Of each value of the graph, the value whose gradient's memory its gradient has.</summary>
    private readonly int[] _gradientMemory;

    /// <summary>Of each value of the graph, whether its gradient is wanted: by a parameter before it that is trained, or for its own sake.</summary>
    private readonly bool[] _isWanted;

    /// <summary>The stage of each node: layers in a row that take samples one by one are in one, up to one that all samples have to pass first, others in one of their own.</summary>
    private readonly int[] _stage;

    /// <summary>Of each node, whether backward passes compute its output again.</summary>
    private readonly bool[] _recomputes;
    private readonly Value[] _values;
    private readonly Node[] _nodes;

    /// <summary>Plans a network.</summary>
    /// <param name="graph">Its layers.</param>
    /// <param name="execution">How to compute.</param>
    /// <param name="batchSize">The largest batch.</param>
    /// <param name="required">Which gradients are to be computed.</param>
    /// <param name="randomness">What random numbers are functions of.</param>
    public Plan(Graph graph, ExecutionOptions execution, int batchSize, RequiredGradients required, StepRandomness randomness)
    {
        graph = PoolBeforeReLU.Run(graph);
        graph = required != RequiredGradients.None ? SplitBatchNorm.Run(graph) : execution.Kernels == KernelPath.Naive ? graph : FoldBatchNorm.Run(graph);
        _graph = execution.Kernels == KernelPath.Naive ? graph : FuseBatchNormActivation.Run(graph);
        _execution = execution;
        _batchSize = batchSize;
        _required = required;
        _randomness = randomness;
        _inPlace = InPlace.Run(_graph);
        _memory = FindMemory(node => true);
        _gradientMemory = FindMemory(node => node.Layer.InPlace != InPlaceKind.Keeps);
        _stage = FindStages();
        _isWanted = FindWanted();
        _recomputes = IsTrained ? Recompute.Run(_graph, _inPlace, _stage) : new bool[_stage.Length];
        SampleBuffer[] activations = [.. Enumerable.Range(0, _graph.Shapes.Count).Select(value => new SampleBuffer(SampleLayout.Of(_graph.Shapes[value], Border(value))))];
        SampleBuffer[] gradients = [.. Enumerable.Range(0, _graph.Shapes.Count).Select(value => new SampleBuffer(SampleLayout.Of(_graph.Shapes[value], GradientBorder(value))))];
        _values = [.. _memory.Zip(_gradientMemory, (activation, gradient) => new Value(activations[activation], gradients[gradient]))];
        _nodes = MakeNodes();
        KeepBatches();
        GroupSamples();
        WorkspaceLength = PlaceWorkspace();
    }

    /// <summary>The nodes in the order they are computed in.</summary>
    public IReadOnlyList<Node> Nodes => _nodes;

    /// <summary>The values, in the order they are written in, each once.</summary>
    public IEnumerable<Value> Values => _nodes.SelectMany(node => node.Inputs.Select(input => input.Value).Append(node.Output)).Prepend(Input).Distinct();

    /// <summary>What goes in.</summary>
    public Value Input => _values[Graph.Input];

    /// <summary>What comes out.</summary>
    public Value Output => _values[_graph.Output];

    /// <summary>Floats of a workspace.</summary>
    public int WorkspaceLength { get; }

    private bool IsTrained => _required != RequiredGradients.None;

    private IEnumerable<SampleBuffer> Buffers => Values.SelectMany(value => (SampleBuffer[])[value.Activation, value.Gradient]).Distinct();

    /// <summary>The nodes of each stage.</summary>
    public IEnumerable<Node[]> Stages() => _nodes.Zip(_stage).GroupBy(pair => pair.Second, pair => pair.First).Select(stage => stage.ToArray());

    /// <summary>Floats that are kept for the batch.</summary>
    public long BatchFloats => Buffers.Sum(buffer => buffer.BatchFloats) + _nodes.Sum(node => node.BatchFloats);

    /// <summary>Gives the memory of values and nodes back to the pool.</summary>
    public void Release()
    {
        foreach (SampleBuffer buffer in Buffers)
        {
            buffer.Release();
        }

        foreach (Node node in _nodes)
        {
            node.Release();
        }
    }

    private int[] FindMemory(Func<GraphNode, bool> isShared)
    {
        int[] memory = [.. Enumerable.Range(0, _graph.Shapes.Count)];
        foreach ((GraphNode node, bool inPlace) in _graph.Nodes.Zip(_inPlace))
        {
            memory[node.Output] = inPlace && isShared(node) ? memory[node.Inputs[0]] : node.Output;
        }

        return memory;
    }

    private bool[] FindWanted()
    {
        bool[] isWanted = new bool[_graph.Shapes.Count];
        isWanted[Graph.Input] = _required == RequiredGradients.ParametersAndInput;
        foreach (GraphNode node in IsTrained ? _graph.Nodes : [])
        {
            isWanted[node.Output] = (node.Layer.ParameterCount > 0 && !node.IsFrozen) || node.Inputs.Any(input => isWanted[input]);
        }

        return isWanted;
    }

    private int[] FindStages()
    {
        int[] stage = new int[_graph.Nodes.Count];
        for (int i = 1; i < stage.Length; i++)
        {
            bool isBarrier = _graph.Nodes[i].Layer.WholeBatch || _graph.Nodes[i - 1].Layer.WholeBatch || _graph.Nodes[i - 1].Layer.EndsStage;
            stage[i] = stage[i - 1] + (isBarrier ? 1 : 0);
        }

        return stage;
    }

    /// <summary>The layers that read what is in a memory, but for those that write it again.</summary>
    private IEnumerable<Layer> ReadersOf(int value, int[] memory) =>
        _graph.Nodes.Where(node => memory[node.Output] != value && node.Inputs.Any(input => memory[input] == value)).Select(node => node.Layer);

    /// <summary>A value's border is what the layers that read it want around it.</summary>
    private int Border(int value) => ReadersOf(value, _memory).Select(layer => layer.InputBorder).DefaultIfEmpty().Max();

    /// <summary>A gradient's border is what the layer that wrote the value wants around it, unless a whole-batch layer or the loss, which know no borders, writes it.</summary>
    private int GradientBorder(int value)
    {
        Layer[] readers = [.. ReadersOf(value, _gradientMemory)];
        bool isWrittenWhole = _gradientMemory[_graph.Output] == value || readers.Any(layer => layer.WholeBatch);
        Layer? writer = _graph.Nodes.FirstOrDefault(node => node.Output == value)?.Layer;
        return isWrittenWhole || readers.Length == 0 ? 0 : writer?.OutputGradientBorder ?? 0;
    }

    private Node[] MakeNodes()
    {
        OperatorContext[] contexts = [.. _graph.Nodes.Select(Context)];
        ShareStatistics(contexts);
        NodeInput[][] inputs = FindInputs();
        var nodes = new Node[contexts.Length];

        // From the last to the first: a convolution is given the normalisation behind it.
        for (int i = nodes.Length - 1; i >= 0; i--)
        {
            GraphNode node = _graph.Nodes[i];
            Value output = _values[node.Output];
            Operator operation = node.Layer.CreateOperator(contexts[i] with
            {
                FoldedNormalization = i + 1 < nodes.Length ? nodes[i + 1].Operator as FoldedBatchNorm2dOperator : null,
            });
            nodes[i] = new Node
            {
                Source = node,
                Operator = operation,
                ParameterLength = operation.ParameterSpecs.Sum(spec => spec.Layout.StoredLength),
                Inputs = inputs[i],
                Output = output,
                MultiplyAdds = node.Layer.MultiplyAdds(_graph.Shapes[node.Inputs[0]]),
                HasBackward = _isWanted[node.Output],
                IsRecomputed = _recomputes[i],
            };
        }

        return nodes;
    }

    private void ShareStatistics(OperatorContext[] contexts)
    {
        for (int i = 0; i < contexts.Length; i++)
        {
            if (_graph.Nodes[i].Layer is BatchStatistics)
            {
                SampleLayout layout = contexts[i].Output;
                var statistics = new BatchNormStatistics(layout.Channels, layout.Height * layout.Width, _batchSize);
                foreach (int node in _graph.ReadersOf(_graph.Nodes[i].Output).Select(reader => reader.Node).Append(i))
                {
                    contexts[node] = contexts[node] with { Statistics = statistics };
                }
            }
        }
    }

    private OperatorContext Context(GraphNode node, int index) => new()
    {
        Path = node.Path,
        Execution = _execution,
        BatchSize = _batchSize,
        Inputs = [.. node.Inputs.Select(input => Layouts(_values[input]))],
        Result = Layouts(_values[node.Output]),
        UsedExtent = UsedExtent(node.Output),
        IsInPlace = _inPlace[index],
        IsRecomputed = _recomputes[index],
        IsTrained = IsTrained,
        IsFrozen = node.IsFrozen,
        Randomness = _randomness,
    };

    /// <summary>How many rows and columns of an image are read: a pooling may leave out the last ones.</summary>
    private (int Rows, int Columns) UsedExtent(int value)
    {
        Shape shape = _graph.Shapes[value];
        (int Rows, int Columns)[] read = [.. _graph.ReadersOf(value).Select(reader => _graph.Nodes[reader.Node].Layer.ReadExtent(shape))];
        return value == _graph.Output ? Layer.WholeExtent : (read.Max(extent => extent.Rows), read.Max(extent => extent.Columns));
    }

    private static OperandLayout Layouts(Value value) => new(value.Layout, value.Gradient.Layout);

    /// <summary>
    /// Gives each node what it reads. Backward, nodes are computed from the last to the first: of several readers of a value the first to
    /// come writes its gradient, the others are added to it, always in this order.
    /// </summary>
    private NodeInput[][] FindInputs()
    {
        var inputs = new NodeInput[_graph.Nodes.Count][];
        HashSet<Value> written = [Output];
        for (int i = inputs.Length - 1; i >= 0; i--)
        {
            int output = _gradientMemory[_graph.Nodes[i].Output];
            inputs[i] = [.. _graph.Nodes[i].Inputs.Select(input =>
            {
                Value value = _values[input];
                return new NodeInput(value, _gradientMemory[input] == output || (_isWanted[input] && written.Add(value)) ? value.Gradient
                    : _isWanted[input] ? new SampleBuffer(value.Gradient.Layout)
                    : null);
            })];
        }

        return inputs;
    }

    /// <summary>
    /// Keeps values for the whole batch where they leave a stage, or a whole-batch layer reads or writes them; in training, activations
    /// and what else forward passes leave also where a backward pass reads them.
    /// </summary>
    private void KeepBatches()
    {
        foreach (Value value in SeenFromOutside().Prepend(Input))
        {
            value.Activation.KeepBatch(_batchSize);
        }

        if (!IsTrained)
        {
            return;
        }

        foreach (Node node in _nodes.Where(node => node.HasBackward))
        {
            foreach (NodeInput input in node.Layer.BackwardReadsInput ? node.Inputs : [])
            {
                KeepRead(input.Value);
            }

            if (node.Layer.BackwardReadsOutput)
            {
                node.Output.Activation.KeepBatch(_batchSize);
            }

            if (node.Operator is SampleOperator { SavedLength: > 0 } operation)
            {
                node.KeepSaved(operation.SavedLength, _batchSize);
            }

            foreach (NodeInput part in node.Layer.WholeBatch ? node.Inputs.Where(input => input.IsPart) : [])
            {
                part.Gradient!.KeepBatch(_batchSize);
            }
        }

        KeepGradients();
    }

    /// <summary>Keeps what a backward pass reads of a value: the value itself, or what it is computed from again.</summary>
    private void KeepRead(Value value)
    {
        if (_nodes.FirstOrDefault(node => node.IsRecomputed && node.Output.Activation == value.Activation) is Node node)
        {
            KeepRead(node.Inputs[0].Value);
        }
        else
        {
            value.Activation.KeepBatch(_batchSize);
        }
    }

    /// <summary>
    /// Keeps gradients that leave a stage for the whole batch. Each is needed from the last stage that reads the value to the one that writes it; those that are not needed at
    /// the same time take turns with the same memory.
    /// </summary>
    private void KeepGradients()
    {
        Output.Gradient.KeepBatch(_batchSize);
        if (_required == RequiredGradients.ParametersAndInput)
        {
            Input.Gradient.KeepBatch(_batchSize);
        }

        // From the last stage to the first, as they are written.
        var turns = new List<(SampleBuffer[] Gradients, int NeededUntil)>();
        foreach (Value value in SeenFromOutside().Where(value => value != Input && !value.Gradient.IsBatch).OrderByDescending(value => StagesOf(value).Max()).ToArray())
        {
            if (value.Gradient.Layout.Border > 0)
            {
                value.Gradient.KeepBatch(_batchSize);
                continue;
            }

            int turn = turns.FindIndex(turn => turn.NeededUntil > StagesOf(value).Max());
            if (turn < 0)
            {
                (turn, turns) = (turns.Count, [.. turns, ([], 0)]);
            }

            turns[turn] = ([.. turns[turn].Gradients, value.Gradient], StagesOf(value).Min());
        }

        foreach ((SampleBuffer[] gradients, _) in turns)
        {
            SampleBuffer.KeepBatch(gradients, _batchSize);
        }
    }

    /// <summary>The stages whose nodes read or write a value.</summary>
    private IEnumerable<int> StagesOf(Value value) =>
        _nodes.Zip(_stage).Where(pair => pair.First.Output == value || pair.First.Inputs.Any(input => input.Value == value)).Select(pair => pair.Second);

    /// <summary>The output, and values that nodes of different stages, or a whole-batch layer, read or write.</summary>
    private IEnumerable<Value> SeenFromOutside()
    {
        var uses = from use in _nodes.Zip(_stage)
                   from value in use.First.Inputs.Select(input => input.Value).Append(use.First.Output)
                   group use by value;
        return uses
            .Where(value => value.Any(use => use.First.Layer.WholeBatch) || value.Select(use => use.Second).Distinct().Count() > 1)
            .Select(value => value.Key)
            .Append(Output);
    }

    /// <summary>Gives what is kept for single samples and the scratch their places, and returns the length of a workspace.</summary>
    private int PlaceWorkspace()
    {
        int length = 0;
        foreach (SampleBuffer activation in Values.Select(value => value.Activation).Distinct().Where(activation => !activation.IsBatch))
        {
            activation.Offset = length;
            length = checked(length + (activation.Layout.Stride * activation.Places));
        }

        if (IsTrained)
        {
            length = PlaceGradients(length);
        }

        int forward = PlaceForwardScratch(length);
        int recomputed = _nodes.Where(node => node.IsRecomputed).Select(ForwardScratchLength).DefaultIfEmpty().Max();
        return Math.Max(forward, IsTrained ? PlaceBackwardScratch(checked(length + AlignedBuffer.WholeLines(recomputed))) : length);
    }

    /// <summary>
    /// Decides how many samples go through each node at once, and how many places of values a thread needs for that: as many where only nodes of
    /// the same number that follow each other write and read it, so that it stays in cache; else, or where it is computed again for others, as many as its stage works on. That is so
    /// for small batches too, as memory is then in proportion to the batch, which <c>MemoryEstimate</c> counts on.
    /// </summary>
    private void GroupSamples()
    {
        foreach (Node[] stage in Stages())
        {
            int samples = stage.Select(SamplesPerCall).FirstOrDefault(count => count is not null) ?? 1;
            foreach (Node node in stage)
            {
                samples = SamplesPerCall(node) ?? samples;
                node.SamplesAtOnce = samples;
            }

            int most = stage.Max(node => node.SamplesAtOnce);
            foreach (IGrouping<SampleBuffer, int> uses in UsesOfBuffers(stage))
            {
                int first = uses.Min();
                bool isOfOnePart = stage[first..(uses.Max() + 1)].All(node => node.SamplesAtOnce == stage[first].SamplesAtOnce);
                bool isRecomputed = stage.Any(node => node.IsRecomputed && node.Output.Activation == uses.Key);
                uses.Key.Places = isOfOnePart && !isRecomputed ? stage[first].SamplesAtOnce : most;
            }

            foreach (Node node in stage)
            {
                foreach (NodeInput part in node.Inputs.Where(input => input.IsPart))
                {
                    part.Gradient!.Places = node.SamplesAtOnce;
                }
            }
        }

        static int? SamplesPerCall(Node node) => (node.Operator as SampleOperator)?.SamplesPerCall;

        static IEnumerable<IGrouping<SampleBuffer, int>> UsesOfBuffers(Node[] stage) =>
            from i in Enumerable.Range(0, stage.Length)
            from value in stage[i].Inputs.Select(input => input.Value).Append(stage[i].Output)
            from buffer in (SampleBuffer[])[value.Activation, value.Gradient]
            group i by buffer;
    }

    /// <summary>Forward, layers take turns with the same memory: what the one before left in it is still in cache.</summary>
    private int PlaceForwardScratch(int length)
    {
        int most = 0;
        foreach (Node node in _nodes)
        {
            node.ForwardScratchOffset = length;
            most = Math.Max(most, ForwardScratchLength(node));
        }

        return checked(length + most);
    }

    private static int ForwardScratchLength(Node node) => (node.Operator as SampleOperator)?.ForwardScratchLength ?? 0;

    private int PlaceGradients(int length)
    {
        IEnumerable<SampleBuffer> gradients = _nodes.Where(node => node.HasBackward)
            .SelectMany(node => node.Inputs.Select(input => input.Gradient).OfType<SampleBuffer>().Append(node.Output.Gradient))
            .Distinct();
        foreach (SampleBuffer gradient in gradients.Where(gradient => !gradient.IsBatch))
        {
            gradient.Offset = length;
            length = checked(length + (gradient.Layout.Stride * gradient.Places));
        }

        return length;
    }

    /// <summary>Backward, a layer keeps sums in its scratch until its shard ends, so stages take turns with the same memory. That of layers whose output is computed again lies before.</summary>
    private int PlaceBackwardScratch(int start)
    {
        int most = start;
        foreach (Node[] stage in Stages())
        {
            int length = start;
            foreach (Node node in stage)
            {
                node.BackwardScratchOffset = length;
                int scratch = node.Operator is SampleOperator operation ? operation.BackwardScratchLength : 0;
                length = checked(length + AlignedBuffer.WholeLines(scratch));
                node.BlockOffset = length;
                bool isSummedApart = node.Operator is SampleOperator { BlockSamples: > 1 } blocked && blocked.BlockSamples < BatchReduction.LargestShard(_batchSize);
                length = checked(length + (isSummedApart ? AlignedBuffer.WholeLines(node.ParameterLength) : 0));
            }

            most = Math.Max(most, length);
        }

        return most;
    }
}
