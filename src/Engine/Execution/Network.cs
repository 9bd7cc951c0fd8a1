using CifarFast.Engine.Data;
using CifarFast.Engine.Distributed;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Kernels.Elementwise;
using CifarFast.Engine.Kernels.Reduction;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Operators;
using CifarFast.Engine.Tensors;
using CommunityToolkit.HighPerformance;
using Microsoft.Extensions.ObjectPool;

namespace CifarFast.Engine.Execution;

/// <summary>
/// A network with parameters and buffers, ready to compute: its <see cref="Plan"/> cut into stages, which it runs one after another. Not
/// safe for use by several threads at once; it brings its own.
/// </summary>
public sealed class Network : IDisposable
{
    private readonly RequiredGradients _required;
    private readonly Plan _plan;
    private readonly Stage[] _stages;
    private readonly long _workOfSample;
    private readonly AlignedBuffer _values;
    private readonly AlignedBuffer _gradients;
    private readonly AlignedBuffer _buffers;
    private readonly float[] _counts;
    private readonly Network? _owner;
    private readonly List<Network> _twins = [];
    private readonly Action<int> _loadImage;
    private readonly BatchExchange _exchange = new();
    private long _sumFloats;
    private long _keptSumFloats;
    private Batch? _batch;
    private int _firstLoaded;
    private int _samples;
    private bool _isDisposed;

    /// <summary>Builds the network with He-normal weights (He, Zhang, Ren and Sun 2015) and zero biases.</summary>
    /// <param name="architecture">The layers.</param>
    /// <param name="execution">How to compute.</param>
    /// <param name="batchSize">The largest batch; memory grows with it.</param>
    /// <param name="seed">Decides the weights and what a <see cref="Dropout"/> drops; they are the same for all ways to compute.</param>
    /// <param name="cancellation">Ends the drawing of weights.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batchSize"/> or the number of threads is not positive.</exception>
    /// <exception cref="OperationCanceledException">Cancellation was asked for.</exception>
    public Network(Architecture architecture, ExecutionOptions execution, int batchSize, ulong seed, CancellationToken cancellation = default)
        : this(architecture, execution, batchSize, seed, RequiredGradients.Parameters, cancellation)
    {
    }

    internal Network(
        Architecture architecture, ExecutionOptions execution, int batchSize, ulong? seed, RequiredGradients required, CancellationToken cancellation = default)
        : this(architecture, execution, batchSize, required, owner: null)
    {
        if (IsTrained && seed is ulong given)
        {
            Randomness.Seed = given;
            try
            {
                HeInitialization.Run(Parameters, given, cancellation);
            }
            catch (OperationCanceledException)
            {
                Dispose();
                throw;
            }
        }
    }

    private Network(Architecture architecture, ExecutionOptions execution, int batchSize, RequiredGradients required, Network? owner)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(execution.Threads, nameof(execution));
        Architecture = architecture;
        Execution = execution;
        BatchSize = batchSize;
        _required = required;
        Loop = new ParallelLoop(execution.Threads);
        Randomness = new StepRandomness(batchSize);
        _plan = new Plan(architecture.Graph, execution, batchSize, required, Randomness);
        int length = PlaceParameters();
        _owner = owner;
        _values = owner?._values ?? TensorPool.Shared.Rent(length);
        _gradients = TensorPool.Shared.Rent(IsTrained ? length : 0);
        ParameterSpec[] buffers = [.. _plan.Nodes.SelectMany(node => node.Operator.BufferSpecs)];
        _buffers = owner?._buffers ?? TensorPool.Shared.Rent(buffers.Where(spec => !spec.IsCount).Sum(spec => spec.Layout.StoredLength));
        _counts = owner?._counts ?? new float[buffers.Where(spec => spec.IsCount).Sum(spec => spec.Layout.StoredLength)];
        StateTensors = Bind();
        Parameters = [.. StateTensors.OfType<Parameter>()];
        _stages = BuildStages();
        PlaceSums();
        _workOfSample = _stages.Sum(stage => stage.ForwardWork + stage.BackwardWork);
        _loadImage = LoadImage;
    }

    /// <summary>The layers.</summary>
    public Architecture Architecture { get; }

    /// <summary>How the network computes.</summary>
    public ExecutionOptions Execution { get; }

    /// <summary>The largest batch.</summary>
    public int BatchSize { get; }

    /// <summary>
    /// How many updates the weights have had: <see cref="Optim.OptimizerState.Step()"/> counts them, and a loop that goes on with saved weights
    /// sets it to what it was. What a <see cref="Dropout"/> drops depends on it.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public long Step
    {
        get => Randomness.Step;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            Randomness.Step = value;
        }
    }

    /// <summary>What the network learns, from the first layer to the last.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>All that the network is beside its architecture, parameters and buffers, in the order of a PyTorch <c>state_dict</c>.</summary>
    public IReadOnlyList<StateTensor> StateTensors { get; }

    /// <summary>
    /// The outputs of the last forward pass, samples × features: a classifier's logits. They are the network's own memory, which the next pass
    /// overwrites.
    /// </summary>
    /// <exception cref="InvalidOperationException">There was no forward pass, or an output is no vector of features.</exception>
    public ReadOnlySpan2D<float> Outputs => Rows(Output.Activation.Batch, Output.Layout);

    /// <summary>The gradient of <see cref="Outputs"/>, samples × features: what <see cref="Backward()"/> begins with, to be written before it.</summary>
    /// <exception cref="InvalidOperationException">
    /// There was no forward pass, an output is no vector of features, or the network was made without gradients.
    /// </exception>
    public Span2D<float> OutputGradient
    {
        get
        {
            CheckIsTrained();
            return Rows(Output.Gradient.Batch, Output.Gradient.Layout);
        }
    }

    /// <summary>The processes that share each batch: this one computes its part of it, and has the outputs and the gradients of the parameters of the whole.</summary>
    internal ICollective Collective
    {
        get => _exchange.Collective;
        init
        {
            _exchange.Connect(value);
            Array.ForEach(_stages, stage => stage.ReserveExchange());
            PlaceSums();
        }
    }

    /// <summary>Whether it has gradients, so that it can be trained.</summary>
    internal bool IsTrained => _required != RequiredGradients.None;

    /// <summary>Whether parameters and buffers are finite numbers.</summary>
    internal bool IsFinite => Finite.All(Values.Span) && Finite.All(Buffers.Span);

    /// <summary>How much of the work of a step is done; whoever makes the step begins and ends it.</summary>
    internal WorkProgress Progress { get; } = new();

    /// <summary>What random numbers of a step are functions of.</summary>
    internal StepRandomness Randomness { get; }

    /// <summary>The network's threads.</summary>
    internal ParallelLoop Loop { get; }

    /// <summary>The batch that goes in.</summary>
    internal Value Input => _plan.Input;

    /// <summary>What comes out.</summary>
    internal Value Output => _plan.Output;

    /// <summary>What it is computed in, from the input to the output.</summary>
    internal IReadOnlyList<Stage> Stages => _stages;

    /// <summary>What is computed, and where it is kept.</summary>
    internal Plan Plan => _plan;

    /// <summary>Bytes of memory that it takes, but for what another one shares with it.</summary>
    internal long MemoryBytes => sizeof(float) * (
        (_owner is null ? _values.Length + (long)_buffers.Length : 0) + _gradients.Length + _plan.BatchFloats
        + ((long)_plan.WorkspaceLength * Execution.Threads) + _sumFloats + _plan.Nodes.Sum(node => node.Operator.Floats)) + ExchangeBytes;

    /// <summary>Bytes of these for what is exchanged with other processes.</summary>
    internal long ExchangeBytes => sizeof(float) * (_exchange.Floats + _keptSumFloats);

    /// <summary>All parameters in their kernels' own order, padding included.</summary>
    internal Memory<float> Values => _values.Memory;

    /// <summary>All buffers that are no counts, in their operators' own order, padding included.</summary>
    internal Memory<float> Buffers => _buffers.Memory;

    /// <summary>The buffers that only count.</summary>
    internal Memory<float> Counts => _counts;

    /// <summary>The gradients, laid out as <see cref="Values"/>; empty where none are required.</summary>
    internal Memory<float> Gradients => _gradients.Memory;

    /// <summary>Computes the outputs of images, whose bytes become floats in 0..1.</summary>
    /// <param name="images">At most <see cref="BatchSize"/> images.</param>
    /// <returns>The <see cref="Outputs"/>.</returns>
    /// <exception cref="ShapeException">The network does not take images of this size.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are no images, or more than a batch has.</exception>
    /// <exception cref="InvalidOperationException">An output is no vector of features.</exception>
    public ReadOnlySpan2D<float> Forward(ImageSet images) => Forward(new Batch(images));

    /// <summary>Computes the outputs of a batch of a <see cref="DataLoader"/>, whose images become floats and are transformed.</summary>
    /// <param name="batch">At most <see cref="BatchSize"/> images.</param>
    /// <returns>The <see cref="Outputs"/>.</returns>
    /// <exception cref="ShapeException">The network does not take images of this size.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are no images, or more than a batch has.</exception>
    /// <exception cref="InvalidOperationException">An output is no vector of features.</exception>
    public ReadOnlySpan2D<float> Forward(Batch batch)
    {
        Load(batch);
        Forward(batch.Count);
        return Outputs;
    }

    /// <summary>Computes the outputs of samples that are floats already.</summary>
    /// <param name="samples">Sample after sample, at most <see cref="BatchSize"/>, each row-major in the shape that the network takes.</param>
    /// <returns>The <see cref="Outputs"/>.</returns>
    /// <exception cref="ArgumentException">They are no whole samples.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are no samples, or more than a batch has.</exception>
    /// <exception cref="InvalidOperationException">An output is no vector of features.</exception>
    public ReadOnlySpan2D<float> Forward(ReadOnlySpan<float> samples)
    {
        (int count, int rest) = Math.DivRem(samples.Length, Input.Layout.Features);
        if (rest != 0)
        {
            throw new ArgumentException($"samples of {Architecture.InputShape} come in multiples of {Input.Layout.Features} floats, not {samples.Length}", nameof(samples));
        }

        CheckSamples(count);
        for (int sample = 0; sample < count; sample++)
        {
            ReadOnlySpan<float> from = samples.Slice(sample * Input.Layout.Features, Input.Layout.Features);
            Span<float> to = Input.Sample(sample);
            Randomness.Images[sample] = sample;
            for (int feature = 0; feature < from.Length; feature++)
            {
                to[Input.Layout.OffsetOfFeature(feature)] = from[feature];
            }
        }

        Forward(count);
        return Outputs;
    }

    /// <summary>
    /// Computes the gradients of the parameters from <see cref="OutputGradient"/>, after <see cref="Forward(Batch)"/>. They replace those of the
    /// last time: there is nothing to zero.
    /// </summary>
    /// <exception cref="InvalidOperationException">There was no forward pass, or the network was made without gradients.</exception>
    public void Backward()
    {
        CheckWasForward();
        Backward(_samples);
    }

    /// <summary>
    /// A network that only classifies, with the parameters of this one, whatever they become: both have the same memory, which is
    /// this one's to dispose of, and the other goes with it.
    /// </summary>
    /// <param name="batchSize">The largest batch.</param>
    internal Network WithoutGradients(int batchSize)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var twin = new Network(Architecture, Execution, batchSize, RequiredGradients.None, this) { Collective = Collective };
        _twins.Add(twin);
        return twin;
    }

    /// <summary>A network that only classifies, an image at a time, with parameters and buffers of its own; it goes with this one.</summary>
    internal Network Apart()
    {
        var other = new Network(Architecture, Execution, batchSize: 1, RequiredGradients.None, owner: null) { Collective = Collective };
        _twins.Add(other);
        return other;
    }

    /// <summary>The work of a step on so many samples, in multiply-adds: that of this process.</summary>
    internal long WorkOf(int samples) => _exchange.PartOf(samples).Count * _workOfSample;

    /// <summary>Makes sure that the network takes such images.</summary>
    /// <exception cref="ShapeException">It does not.</exception>
    internal void CheckTakes(ImageSet images)
    {
        if (images.Shape != Architecture.InputShape)
        {
            throw new ShapeException($"{Architecture.Name} takes {Architecture.InputShape}, but the images are {images.Shape}");
        }
    }

    /// <summary>Brings the images of a batch that this process computes into <see cref="Input"/>, transformed.</summary>
    /// <exception cref="ShapeException">The network does not take images of this size.</exception>
    /// <exception cref="OperationCanceledException">Cancellation was asked for.</exception>
    internal void Load(Batch batch, CancellationToken cancellation = default)
    {
        CheckTakes(batch.Images);
        CheckSamples(batch.Count);
        _batch = batch;
        BatchPart part = _exchange.PartOf(batch.Count);
        _firstLoaded = part.FirstSample;
        Loop.Run(part.Count, _loadImage, cancellation);
        _batch = null;
    }

    /// <summary>Computes the outputs of the first <paramref name="samples"/> samples of <see cref="Input"/>.</summary>
    /// <param name="samples">How many.</param>
    /// <param name="cancellation">Ends the computation.</param>
    /// <param name="isPrepared">Whether the last thing that was computed is a forward pass with the same parameters and buffers, so that what it made of them can be used again.</param>
    /// <exception cref="OperationCanceledException">Cancellation was asked for: outputs and all that is kept for a backward pass are anything.</exception>
    internal void Forward(int samples, CancellationToken cancellation = default, bool isPrepared = false)
    {
        CheckSamples(samples);

        // What was begun in a forward pass that no backward pass followed.
        _exchange.Complete();
        BatchPart part = _exchange.PartOf(samples);
        foreach (Stage stage in _stages)
        {
            if (!isPrepared)
            {
                stage.BeginForward(cancellation);
            }

            stage.Forward(part, cancellation);
            stage.FinishForward(samples, cancellation);
        }

        _exchange.GatherSamples(Output.Activation.Batch, Output.Layout, samples, cancellation);
        _samples = samples;
    }

    /// <summary>
    /// Computes the gradients of the parameters from the gradient of <see cref="Output"/>, after <see cref="Forward(int, CancellationToken, bool)"/> of the same samples.
    /// </summary>
    /// <exception cref="InvalidOperationException">The network was made without gradients.</exception>
    /// <exception cref="OperationCanceledException">Cancellation was asked for: gradients are anything. Parameters and buffers are as they were.</exception>
    internal void Backward(int samples, CancellationToken cancellation = default)
    {
        CheckIsTrained();
        CheckSamples(samples);
        BatchPart part = _exchange.PartOf(samples);
        for (int i = _stages.Length - 1; i >= 0; i--)
        {
            _stages[i].BeginBackward(samples, cancellation);
            _stages[i].Backward(part, cancellation);
            _stages[i].FinishBackward(cancellation);
        }

        _exchange.Complete();
    }

    /// <summary>Brings buffers up to date with the last batch, as a part of each update of the parameters.</summary>
    internal void UpdateBuffers()
    {
        foreach (Node node in _plan.Nodes)
        {
            node.Operator.UpdateBuffers();
        }
    }

    /// <summary>Gives the memory back to the pool.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _owner?._twins.Remove(this);
        foreach (Network twin in _twins.ToArray())
        {
            twin.Dispose();
        }

        _plan.Release();
        if (_owner is null)
        {
            TensorPool.Shared.Return(_values);
            TensorPool.Shared.Return(_buffers);
        }

        TensorPool.Shared.Return(_gradients);
    }

    private void CheckSamples(int samples)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(samples);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(samples, BatchSize);
    }

    private void CheckIsTrained()
    {
        if (!IsTrained)
        {
            throw new InvalidOperationException("The network was made to classify: it keeps nothing that gradients could be computed from");
        }
    }

    private void CheckWasForward()
    {
        if (_samples == 0)
        {
            throw new InvalidOperationException("There was no forward pass yet");
        }
    }

    /// <summary>A row a sample of the last forward pass.</summary>
    private Span2D<float> Rows(Memory<float> batch, SampleLayout layout)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        CheckWasForward();
        return Architecture.OutputShape.Rank == 1
            ? batch.Span.AsSpan2D(offset: 0, _samples, layout.Features, layout.Stride - layout.Features)
            : throw new InvalidOperationException($"{Architecture.Name} gives {Architecture.OutputShape}, which is no vector of features");
    }

    private void LoadImage(int index)
    {
        int sample = _firstLoaded + index;
        Randomness.Images[sample] = _batch!.Images.NumberOf(sample);
        _batch.Load(sample, Input.Layout, Input.Sample(sample));
    }

    /// <summary>Puts the parameters one after another and returns their length in all.</summary>
    private int PlaceParameters()
    {
        int length = 0;
        foreach (Node node in _plan.Nodes)
        {
            node.ParameterOffset = length;
            length += node.ParameterLength;
        }

        return length;
    }

    private List<StateTensor> Bind()
    {
        var all = new List<StateTensor>();
        int bufferOffset = 0;
        int countOffset = 0;
        foreach (Node node in _plan.Nodes)
        {
            int offset = node.ParameterOffset;
            var parameters = new List<Parameter>();
            foreach (ParameterSpec spec in node.Operator.ParameterSpecs)
            {
                int length = spec.Layout.StoredLength;
                Memory<float> gradient = IsTrained ? Gradients.Slice(offset, length) : default;
                parameters.Add(new Parameter($"{node.Path}.{spec.Name}", spec, offset, node.Source.Freezes(spec.Name), Values.Slice(offset, length), gradient));
                offset += length;
                SetInitial(parameters[^1], spec);
            }

            var buffers = new List<StateTensor>();
            foreach (ParameterSpec spec in node.Operator.BufferSpecs)
            {
                ref int start = ref spec.IsCount ? ref countOffset : ref bufferOffset;
                int length = spec.Layout.StoredLength;
                Memory<float> value = (spec.IsCount ? Counts : Buffers).Slice(start, length);
                buffers.Add(new StateTensor($"{node.Path}.{spec.Name}", spec.Shape, spec.Layout, value) { IsCount = spec.IsCount });
                start += length;
                SetInitial(buffers[^1], spec);
            }

            node.Operator.Bind(parameters, buffers);
            all.AddRange([.. parameters, .. buffers]);
        }

        return all;
    }

    private void SetInitial(StateTensor tensor, ParameterSpec spec)
    {
        if (_owner is null && spec.InitialValue != 0)
        {
            tensor.CopyFrom([.. Enumerable.Repeat(spec.InitialValue, spec.Shape.Count)]);
        }
    }

    /// <summary>Makes the stages: one for each run of layers that take samples one by one, one for each other layer.</summary>
    private Stage[] BuildStages()
    {
        ObjectPool<Workspace> workspaces = Workspace.Pool(_plan.WorkspaceLength, Execution.Threads);
        ElementwiseKernels elementwise = ElementwiseKernels.For(Execution);
        return [.. _plan.Stages().Select(nodes =>
        {
            if (nodes is [{ Operator: BatchOperator } single])
            {
                bool isReadAgain = _plan.Nodes.SkipWhile(node => node != single).Skip(1).Any(node => node.Inputs.Any(input => input.Value.Activation == single.Inputs[0].Value.Activation));
                return (Stage)new BatchStage(single, single == _plan.Nodes[^1], isReadAgain, elementwise, Loop, _exchange, Progress);
            }

            BatchReduction? reduction = !IsTrained ? null : new BatchReduction(
                Gradients.Slice(nodes[0].ParameterOffset, nodes.Sum(node => node.ParameterLength)), BatchSize, Execution.Threads, elementwise);
            return new SampleStage(nodes, reduction, workspaces, elementwise, Loop, _exchange, Progress);
        })];
    }

    /// <summary>
    /// Makes room for the sums over the batch. Stages take turns with it, unless there are other processes: what is handed to them stays where it is while the next
    /// stages compute.
    /// </summary>
    private void PlaceSums()
    {
        BatchReduction[] sums = IsTrained ? [.. _stages.OfType<SampleStage>().Select(stage => stage.Reduction)] : [];
        _sumFloats = sums.Select(sum => sum.Floats).DefaultIfEmpty().Max();
        _keptSumFloats = _exchange.IsShared ? sums.Sum(sum => (long)sum.Floats) - _sumFloats : 0;
        var shared = new AlignedBuffer(_exchange.IsShared ? 0 : (int)_sumFloats);
        foreach (BatchReduction sum in sums)
        {
            sum.UseMemory(_exchange.IsShared ? new AlignedBuffer(sum.Floats) : shared);
        }
    }
}
