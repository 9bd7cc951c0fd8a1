using CifarFast.Engine.Kernels;
using CifarFast.Engine.Kernels.Convolution;
using CifarFast.Engine.Kernels.Pooling;
using CifarFast.Engine.Kernels.Reduction;
using CifarFast.Engine.Layers;
using CifarFast.Engine.Layers.Operators;
using CifarFast.Engine.Randomness;
using CifarFast.Engine.Tensors;
using Microsoft.Extensions.ObjectPool;

namespace CifarFast.Engine.Networks;

/// <summary>
/// A network with parameters and buffers, ready to compute. It is planned once: values get their memory, layers in a row that
/// take samples one by one become a <see cref="SampleStage"/>, others a <see cref="BatchStage"/>. Not safe for use by several
/// threads at once; it brings its own.
/// </summary>
public sealed class Network : IDisposable
{
    private readonly List<Node> _nodes = [];
    private readonly List<Slot> _slots = [];
    private readonly List<Stage> _stages = [];
    private readonly List<Network> _twins = [];
    private readonly RequiredGradients _required;
    private readonly AlignedBuffer _values;
    private readonly bool _ownsValues;
    private readonly AlignedBuffer _gradients;

    /// <summary>Builds the network with He-normal weights (He, Zhang, Ren and Sun 2015) and zero biases.</summary>
    /// <param name="architecture">The layers.</param>
    /// <param name="execution">How to compute.</param>
    /// <param name="batchSize">The largest batch; memory grows with it.</param>
    /// <param name="seed">Decides the weights; they are the same for all ways to compute.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batchSize"/> or the number of threads is not positive.</exception>
    public Network(Sequential architecture, ExecutionOptions execution, int batchSize, ulong seed)
        : this(architecture, execution, batchSize, seed, RequiredGradients.Parameters)
    {
    }

    internal Network(Sequential architecture, ExecutionOptions execution, int batchSize, ulong seed, RequiredGradients required)
        : this(architecture, execution, batchSize, required, values: null)
    {
        if (IsTrainable)
        {
            Initialize(seed);
        }
    }

    private Network(Sequential architecture, ExecutionOptions execution, int batchSize, RequiredGradients required, AlignedBuffer? values)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(execution.Threads, nameof(execution));
        Architecture = architecture;
        Execution = execution;
        BatchSize = batchSize;
        _required = required;
        Loop = new ParallelLoop(execution.Threads);
        BuildNodes();
        KeepBatches();
        int length = PlaceParameters();
        _ownsValues = values is null;
        _values = values ?? TensorPool.Shared.Rent(length);
        _gradients = TensorPool.Shared.Rent(IsTrainable ? length : 0);
        Parameters = BindParameters();
        BuildStages(PlaceWorkspace());
    }

    /// <summary>The layers.</summary>
    public Sequential Architecture { get; }

    /// <summary>How the network computes.</summary>
    public ExecutionOptions Execution { get; }

    /// <summary>The largest batch.</summary>
    public int BatchSize { get; }

    /// <summary>What the network learns, from the first layer to the last.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The network's threads.</summary>
    internal ParallelLoop Loop { get; }

    /// <summary>The batch that goes in.</summary>
    internal Slot Input => _slots[0];

    /// <summary>What comes out.</summary>
    internal Slot Output => _slots[^1];

    /// <summary>All values, in the order in which they are computed.</summary>
    internal IReadOnlyList<Slot> Slots => _slots;

    /// <summary>All parameters in their kernels' own order, padding included.</summary>
    internal Memory<float> Values => _values.Memory;

    /// <summary>The gradients, laid out as <see cref="Values"/>; empty where none are required.</summary>
    internal Memory<float> Gradients => _gradients.Memory;

    private ConvolutionKind Convolution => Execution.Convolution != ConvolutionKind.Auto ? Execution.Convolution
        : IsTrainable ? ConvolutionKind.Direct
        : ConvolutionKind.Winograd;

    private bool IsTrainable => _required != RequiredGradients.None;

    /// <summary>
    /// A network that only classifies, with the parameters of this one, whatever they become: both have the same memory, which is
    /// this one's to dispose of, and the other goes with it.
    /// </summary>
    /// <param name="batchSize">The largest batch.</param>
    internal Network WithoutGradients(int batchSize)
    {
        var twin = new Network(Architecture, Execution, batchSize, RequiredGradients.None, _values);
        _twins.Add(twin);
        return twin;
    }

    /// <summary>Computes the outputs of the first <paramref name="samples"/> samples of <see cref="Input"/>.</summary>
    internal void Forward(int samples)
    {
        CheckSamples(samples);
        foreach (Stage stage in _stages)
        {
            stage.Forward(samples);
        }
    }

    /// <summary>
    /// Computes the gradients of the parameters from the gradient of <see cref="Output"/>, after <see cref="Forward"/> of the same samples.
    /// </summary>
    /// <exception cref="InvalidOperationException">The network was made without gradients.</exception>
    internal void Backward(int samples)
    {
        if (!IsTrainable)
        {
            throw new InvalidOperationException("The network was made to classify: it keeps nothing that gradients could be computed from");
        }

        CheckSamples(samples);
        for (int i = _stages.Count - 1; i >= 0; i--)
        {
            _stages[i].Backward(samples);
        }
    }

    /// <summary>Gives the buffers back to the pool.</summary>
    public void Dispose()
    {
        _twins.ForEach(twin => twin.Dispose());
        _nodes.ForEach(node => node.Release());
        foreach (Slot slot in _slots)
        {
            slot.Release();
        }

        if (_slots.Count > 0)
        {
            if (_ownsValues)
            {
                TensorPool.Shared.Return(_values);
            }

            TensorPool.Shared.Return(_gradients);
        }

        _slots.Clear();
        _stages.Clear();
    }

    private void CheckSamples(int samples)
    {
        ObjectDisposedException.ThrowIf(_slots.Count == 0, this);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(samples);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(samples, BatchSize);
    }

    /// <summary>Gives every layer, in the order they are computed in, its operator and the values it reads and writes.</summary>
    private void BuildNodes()
    {
        int[] order = ComputingOrder();
        Layer[] layers = [.. order.Select(index => Architecture.Layers[index])];
        (Slot Input, Slot Output)[] slots = BuildSlots(layers);
        OperatorContext[] contexts = [.. slots.Select(ends => Context(ends.Input, ends.Output))];
        for (int i = 0; IsTrainable && i < layers.Length - 1; i++)
        {
            if (layers[i] is Conv2d convolution && layers[i + 1] is MaxPool2d pooling)
            {
                PooledGradientLayout? lists = ConvolutionAlgorithm.PooledGradient(
                    Execution, convolution.Geometry(contexts[i]), pooling.Geometry(contexts[i + 1]));
                slots[i].Output.PooledGradient = lists;
                contexts[i] = contexts[i] with { PooledOutputGradient = lists };
                contexts[i + 1] = contexts[i + 1] with { PooledInputGradient = lists };
            }
        }

        for (int i = 0; i < layers.Length; i++)
        {
            Operator operation = layers[i].CreateOperator(contexts[i]);
            _nodes.Add(new Node
            {
                Index = order[i],
                Name = Architecture.Summary[order[i]].Name,
                Operator = operation,
                ParameterLength = operation.ParameterSpecs.Sum(spec => spec.Layout.StoredLength),
                Input = slots[i].Input,
                Output = slots[i].Output,
                NeedsInputGradient = _required == RequiredGradients.ParametersAndInput || slots[i].Input != Input,
            });
        }
    }

    /// <summary>Makes the values between layers: what each layer reads and what it writes.</summary>
    private (Slot Input, Slot Output)[] BuildSlots(Layer[] layers)
    {
        var ends = new (Slot, Slot)[layers.Length];
        Shape shape = Architecture.InputShape;
        AddSlot(shape, producer: null, layers);
        for (int i = 0; i < layers.Length; i++)
        {
            Slot input = _slots[^1];
            shape = layers[i].OutputShape(shape);
            if (!layers[i].InPlace)
            {
                AddSlot(shape, layers[i], layers.Skip(i + 1));
            }

            ends[i] = (input, _slots[^1]);
        }

        return ends;
    }

    /// <summary>
    /// The places of the layers in the order they are computed in: max-pooling before a ReLU that comes before it. As ReLU never
    /// makes the smaller of two numbers the larger, outputs and gradients are the same, and it has fewer numbers to look at.
    /// </summary>
    private int[] ComputingOrder()
    {
        IReadOnlyList<Layer> layers = Architecture.Layers;
        int[] order = [.. Enumerable.Range(0, layers.Count)];
        for (int i = 1; i < order.Length; i++)
        {
            for (int j = i; j > 0 && layers[order[j]] is MaxPool2d && layers[order[j - 1]] is ReLU; j--)
            {
                (order[j - 1], order[j]) = (order[j], order[j - 1]);
            }
        }

        return order;
    }

    /// <summary>
    /// Keeps values for the whole batch where somebody outside or a whole-batch layer reads or writes them; in training, activations
    /// and what else forward passes leave also where a backward pass reads them.
    /// </summary>
    private void KeepBatches()
    {
        IEnumerable<Slot> whole = _nodes.Where(node => node.Operator is BatchOperator).SelectMany(node => new[] { node.Input, node.Output });
        Slot[] seen = [.. whole, Output];
        foreach (Slot slot in seen.Prepend(Input))
        {
            slot.KeepBatchActivation(BatchSize);
        }

        if (!IsTrainable)
        {
            return;
        }

        foreach (Node node in _nodes)
        {
            KeepForBackward(node);
        }

        foreach (Slot slot in _required == RequiredGradients.ParametersAndInput ? seen.Prepend(Input) : seen)
        {
            slot.KeepBatchGradient(BatchSize);
        }
    }

    private void KeepForBackward(Node node)
    {
        if (node.Operator is not SampleOperator operation)
        {
            return;
        }

        if (operation.BackwardReadsInput)
        {
            node.Input.KeepBatchActivation(BatchSize);
        }

        if (operation.BackwardReadsOutput)
        {
            node.Output.KeepBatchActivation(BatchSize);
        }

        if (operation.SavedLength > 0)
        {
            node.KeepSaved(operation.SavedLength, BatchSize);
        }
    }

    /// <summary>
    /// A value's border is what the layer that reads it wants around it; its gradient's border is what the layer that made it
    /// wants around that, unless a whole-batch layer or the loss, which know no borders, writes it.
    /// </summary>
    private void AddSlot(Shape shape, Layer? producer, IEnumerable<Layer> next)
    {
        Layer? consumer = next.FirstOrDefault(layer => !layer.InPlace);
        int gradientBorder = consumer is null or { WholeBatch: true } ? 0 : producer?.OutputGradientBorder ?? 0;
        _slots.Add(new Slot(
            SampleLayout.Of(shape, consumer?.InputBorder ?? 0),
            SampleLayout.Of(shape, gradientBorder)));
    }

    private OperatorContext Context(Slot input, Slot output) => new()
    {
        Execution = Execution with { Convolution = Convolution },
        BatchSize = BatchSize,
        Input = input.Layout,
        Output = output.Layout,
        OutputGradient = output.GradientLayout,
        InputGradient = input.GradientLayout,
    };

    /// <summary>Puts the parameters one after another and returns their length in all.</summary>
    private int PlaceParameters()
    {
        int length = 0;
        foreach (Node node in _nodes)
        {
            node.ParameterOffset = length;
            length += node.ParameterLength;
        }

        return length;
    }

    private List<Parameter> BindParameters()
    {
        var all = new List<Parameter>();
        foreach (Node node in _nodes)
        {
            int offset = node.ParameterOffset;
            var parameters = new List<Parameter>();
            foreach (ParameterSpec spec in node.Operator.ParameterSpecs)
            {
                int length = spec.Layout.StoredLength;
                Memory<float> gradient = IsTrainable ? Gradients.Slice(offset, length) : default;
                parameters.Add(new Parameter($"{node.Index}.{spec.Name}", spec, offset, Values.Slice(offset, length), gradient));
                offset += length;
            }

            node.Operator.Bind([.. parameters]);
            all.AddRange(parameters);
        }

        return all;
    }

    /// <summary>Gives what is kept for single samples and the scratch their places, and returns the length of a workspace.</summary>
    private int PlaceWorkspace()
    {
        int length = 0;
        foreach (Slot slot in _slots.Where(slot => !slot.HasBatchActivation))
        {
            slot.ActivationOffset = length;
            length += slot.Layout.Stride;
        }

        if (IsTrainable)
        {
            length = PlaceBackwardWorkspace(length);
        }

        // Forward, layers take turns with the same memory: what the one before left in it is still in cache.
        int shared = 0;
        foreach (Node node in _nodes)
        {
            node.ForwardScratchOffset = length;
            shared = Math.Max(shared, node.Operator is SampleOperator operation ? operation.ForwardScratchLength : 0);
        }

        return length + shared;
    }

    private int PlaceBackwardWorkspace(int length)
    {
        foreach (Slot slot in _slots.Where(slot => !slot.HasBatchGradient))
        {
            slot.GradientOffset = length;
            length += AlignedBuffer.WholeLines(slot.SampleGradientLength);
        }

        foreach (Node node in _nodes)
        {
            node.ScratchOffset = length;
            int scratch = node.Operator is SampleOperator operation ? operation.ScratchLength : 0;
            length += AlignedBuffer.WholeLines(scratch);
        }

        return length;
    }

    /// <summary>Cuts the layers into stages: one for each run of layers that take samples one by one, one for each other layer.</summary>
    private void BuildStages(int workspaceLength)
    {
        ObjectPool<Workspace> workspaces = Workspace.Pool(workspaceLength, Execution.Threads);
        IOrderedSum sum = OrderedSumAlgorithm.Create(Execution);
        for (int i = 0; i < _nodes.Count;)
        {
            if (_nodes[i].Operator is BatchOperator)
            {
                _stages.Add(new BatchStage(_nodes[i++], Loop));
                continue;
            }

            Node[] run = [.. _nodes.Skip(i).TakeWhile(node => node.Operator is SampleOperator)];
            i += run.Length;
            Memory<float> gradient = IsTrainable ? Gradients.Slice(run[0].ParameterOffset, run.Sum(node => node.ParameterLength)) : default;
            _stages.Add(new SampleStage(run, gradient, workspaces, sum, Loop));
        }
    }

    /// <summary>Each parameter has a random stream of its own, so that its values do not depend on the layers before it.</summary>
    private void Initialize(ulong seed)
    {
        ulong stream = 0;
        foreach (Node node in _nodes)
        {
            foreach ((ParameterSpec spec, Parameter parameter) in node.Operator.ParameterSpecs.Zip(node.Operator.Parameters))
            {
                var random = new Xoshiro256(seed, stream++);
                if (spec.FanIn == 0)
                {
                    continue;
                }

                double deviation = Math.Sqrt(2.0 / spec.FanIn);
                using var values = new Tensor(parameter.Shape);
                foreach (ref float value in values.Span)
                {
                    value = (float)(random.NextGaussian() * deviation);
                }

                parameter.CopyFrom(values.Span);
            }
        }
    }
}
