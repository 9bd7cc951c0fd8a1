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

    /// <summary>Of each value of the graph, whether its gradient is wanted: by a parameter before it that is trained, or for its own sake.</summary>
    private readonly bool[] _isWanted;

    /// <summary>The stage of each node: layers in a row that take samples one by one are in one, up to one that all samples have to pass first, others in one of their own.</summary>
    private readonly int[] _stage;

    /// <summary>Of each value of the graph, the value in place of whose activations its gradients can be kept, or -1.</summary>
    private readonly int[] _gradientPlace;
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
        _memory = FindMemory();
        _stage = FindStages();
        _isWanted = FindWanted();
        _gradientPlace = FindGradientPlaces();
        _values = [.. Enumerable.Range(0, _graph.Shapes.Count).Select(MakeValue)];
        for (int value = 0; value < _values.Length; value++)
        {
            _values[value] = _values[_memory[value]];
        }

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

    /// <summary>The nodes of each stage.</summary>
    public IEnumerable<Node[]> Stages() => _nodes.Zip(_stage).GroupBy(pair => pair.Second, pair => pair.First).Select(stage => stage.ToArray());

    /// <summary>Floats that are kept for the batch.</summary>
    public long BatchFloats => Values.Sum(value => value.BatchFloats) + _nodes.Sum(node => node.BatchFloats);

    /// <summary>Gives the memory of values and nodes back to the pool.</summary>
    public void Release()
    {
        foreach (Value value in Values)
        {
            value.Release();
        }

        foreach (Node node in _nodes)
        {
            node.Release();
        }
    }

    private int[] FindMemory()
    {
        int[] memory = [.. Enumerable.Range(0, _graph.Shapes.Count)];
        foreach ((GraphNode node, bool inPlace) in _graph.Nodes.Zip(_inPlace))
        {
            memory[node.Output] = inPlace ? memory[node.Inputs[0]] : node.Output;
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

    /// <summary>
    /// A value that is only read behind a barrier, by a layer that does not read its own output again, has its gradients kept where that output
    /// was: all that reads the output of a sample has been computed before.
    /// </summary>
    private int[] FindGradientPlaces()
    {
        int[] places = [.. Enumerable.Repeat(-1, _graph.Shapes.Count)];
        for (int i = 0; i < _graph.Nodes.Count; i++)
        {
            GraphNode node = _graph.Nodes[i];
            int input = _memory[node.Inputs[0]];
            int output = node.Output;
            bool isBehindBarrier = i > 0 && !_inPlace[i] && _stage[i] != _stage[i - 1] && node.Inputs.Count == 1 && !node.Layer.WholeBatch;
            Layer[] readers = [.. ReadersOf(output)];
            bool isKept = readers.Any(layer => layer.BackwardReadsInput) && !readers.Any(layer => layer.WholeBatch);
            if (isBehindBarrier && isKept && !node.Layer.BackwardReadsOutput && _graph.Shapes[input].Equals(_graph.Shapes[output])
                && ReadersOf(input).Count() == 1)
            {
                places[input] = output;
            }
        }

        return places;
    }

    /// <summary>The layers that read a value and leave it as it is.</summary>
    private IEnumerable<Layer> ReadersOf(int value) =>
        _graph.Nodes.Where((node, i) => !_inPlace[i] && node.Inputs.Any(input => _memory[input] == value)).Select(node => node.Layer);

    /// <summary>
    /// A value's border is what the layers that read it want around it; its gradient's border is what the layer that wrote it
    /// wants around that, unless a whole-batch layer or the loss, which know no borders, writes it. What lies in the same place has the same.
    /// </summary>
    private Value MakeValue(int value)
    {
        Shape shape = _graph.Shapes[value];
        int gradientBorder = _gradientPlace[value] >= 0 ? Border(_gradientPlace[value]) : GradientBorder(value);
        return new Value(SampleLayout.Of(shape, Border(value)), new GradientBuffer(SampleLayout.Of(shape, gradientBorder)));
    }

    private int Border(int value)
    {
        int own = ReadersOf(value).Select(layer => layer.InputBorder).DefaultIfEmpty().Max();
        int guest = Array.IndexOf(_gradientPlace, value);
        return guest < 0 ? own : Math.Max(own, GradientBorder(guest));
    }

    private int GradientBorder(int value)
    {
        Layer[] readers = [.. ReadersOf(value)];
        bool isWrittenWhole = _memory[_graph.Output] == value || readers.Any(layer => layer.WholeBatch);
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
            bool inPlace = _inPlace[i];
            inputs[i] = [.. _graph.Nodes[i].Inputs.Select((input, index) =>
            {
                Value value = _values[input];
                return new NodeInput(value, (inPlace && index == 0) || (_isWanted[input] && written.Add(value)) ? value.Gradient
                    : _isWanted[input] ? new GradientBuffer(value.Gradient.Layout)
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
            value.KeepBatch(_batchSize);
        }

        if (!IsTrained)
        {
            return;
        }

        foreach (Node node in _nodes.Where(node => node.HasBackward))
        {
            foreach (NodeInput input in node.Layer.BackwardReadsInput ? node.Inputs : [])
            {
                input.Value.KeepBatch(_batchSize);
            }

            if (node.Layer.BackwardReadsOutput)
            {
                node.Output.KeepBatch(_batchSize);
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

        foreach (Value value in _required == RequiredGradients.ParametersAndInput ? SeenFromOutside().Prepend(Input) : SeenFromOutside())
        {
            int place = _gradientPlace[Array.IndexOf(_values, value)];
            if (place >= 0)
            {
                _values[place].KeepGradientOf(value);
            }
            else
            {
                value.Gradient.KeepBatch(_batchSize);
            }
        }
    }

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
        foreach (Value value in Values.Where(value => !value.IsBatch))
        {
            value.Offset = length;
            length = checked(length + (value.Layout.Stride * value.Places));
        }

        if (IsTrained)
        {
            length = PlaceGradients(length);
        }

        return Math.Max(PlaceForwardScratch(length), IsTrained ? PlaceBackwardScratch(length) : length);
    }

    /// <summary>
    /// Decides how many samples go through each node at once, and how many places of values a thread needs for that: as many where only nodes of
    /// the same number that follow each other write and read it, so that it stays in cache; else as many as its stage works on. That is so
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
            foreach (IGrouping<Value, int> uses in UsesOfValues(stage))
            {
                int first = uses.Min();
                bool isOfOnePart = stage[first..(uses.Max() + 1)].All(node => node.SamplesAtOnce == stage[first].SamplesAtOnce);
                uses.Key.Places = isOfOnePart ? stage[first].SamplesAtOnce : most;
                uses.Key.Gradient.Places = uses.Key.Places;
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

        static IEnumerable<IGrouping<Value, int>> UsesOfValues(Node[] stage) =>
            from i in Enumerable.Range(0, stage.Length)
            from value in stage[i].Inputs.Select(input => input.Value).Append(stage[i].Output)
            group i by value;
    }

    /// <summary>Forward, layers take turns with the same memory: what the one before left in it is still in cache.</summary>
    private int PlaceForwardScratch(int length)
    {
        int most = 0;
        foreach (Node node in _nodes)
        {
            node.ForwardScratchOffset = length;
            most = Math.Max(most, node.Operator is SampleOperator operation ? operation.ForwardScratchLength : 0);
        }

        return checked(length + most);
    }

    private int PlaceGradients(int length)
    {
        IEnumerable<GradientBuffer> gradients = _nodes.Where(node => node.HasBackward)
            .SelectMany(node => node.Inputs.Select(input => input.Gradient).OfType<GradientBuffer>().Append(node.Output.Gradient))
            .Distinct();
        foreach (GradientBuffer gradient in gradients.Where(gradient => !gradient.IsBatch))
        {
            gradient.Offset = length;
            length = checked(length + (gradient.Layout.Stride * gradient.Places));
        }

        return length;
    }

    /// <summary>Backward, a layer keeps sums in its scratch until its shard ends, so stages take turns with the same memory.</summary>
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
