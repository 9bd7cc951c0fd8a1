using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels.Elementwise;
using CifarFast.Engine.Kernels.Reduction;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Optim;

/// <summary>An optimizer at work on a network: what it keeps beside the weights, and the step that updates them.</summary>
public sealed class OptimizerState
{
    /// <summary>What the names of <see cref="Tensors"/> begin with.</summary>
    internal const string Prefix = "optimizer.";

    private const int BlockLength = 16384;

    /// <summary>As in PyTorch, it keeps a norm of zero from being divided by.</summary>
    private const double NormEpsilon = 1e-6;

    private readonly Network _network;
    private readonly Optimizer _optimizer;
    private readonly UpdateKernels _kernels;
    private readonly AlignedBuffer[] _buffers;
    private readonly float[] _steps = new float[1];
    private readonly Parameter[] _trained;
    private readonly Part[] _parts;
    private readonly Block[] _blocks;
    private readonly Block[] _matrices;
    private readonly double[] _squares;
    private readonly bool _hasSchedules;
    private readonly Action<int> _updateBlock;
    private readonly Action<int> _sumSquares;
    private float _gradientScale = 1;

    /// <summary>Prepares to train <paramref name="network"/>.</summary>
    /// <param name="network">Whose parameters are updated.</param>
    /// <param name="optimizer">How.</param>
    /// <exception cref="ArgumentException">
    /// The network was made to classify only, or with a number of the optimizer nothing can be trained, or a parameter is no matrix and its optimizer
    /// is for matrices.
    /// </exception>
    public OptimizerState(Network network, Optimizer optimizer)
    {
        if (!network.IsTrained)
        {
            throw new ArgumentException("the network was made to classify and has no gradients", nameof(network));
        }

        if ((optimizer.FindFault() ?? optimizer.FindFault(network)) is string fault)
        {
            throw new ArgumentException($"nothing can be trained with it: {fault}", nameof(optimizer));
        }

        _network = network;
        _optimizer = optimizer;
        _kernels = new UpdateKernels(network.Execution);
        _trained = [.. network.Parameters.Where(parameter => !parameter.IsFrozen)];
        _parts = [.. optimizer.Groups.Select(group => new Part(optimizer, group)), new Part(optimizer, null)];
        Block[] all = [.. Blocks()];
        _blocks = [.. all.Where(block => block.Matrix is null)];
        _matrices = [.. all.Where(block => block.Matrix is not null)];
        _squares = new double[_trained.Length];
        _hasSchedules = optimizer.Groups.Any(group => group.Schedule is not null);
        _updateBlock = UpdateBlock;
        _sumSquares = SumSquares;

        // Optimizers of different names for what they keep share the memory: of a parameter only its own has something to keep.
        _buffers = [.. Enumerable.Range(0, optimizer.MostBuffers).Select(_ => new AlignedBuffer(network.Values.Length))];
        IEnumerable<StateTensor> tensors =
            from buffer in _buffers.Index()
            from parameter in _trained
            let names = PartOf(parameter).Optimizer.Buffers
            where buffer.Index < names.Count
            select new StateTensor(
                $"{Prefix}{names[buffer.Index]}.{parameter.Name}", parameter, buffer.Item.Memory.Slice(parameter.Offset, parameter.Value.Length));
        Tensors = [.. tensors];
        if (optimizer.WithThoseOfGroups.Any(one => one.CountsSteps))
        {
            // As in PyTorch, a float: exact up to 2²⁴ updates, by when no optimizer's corrections for its first ones matter.
            Tensors = [.. Tensors, new StateTensor($"{Prefix}step", new Shape(1), ParameterLayout.Dense(1), _steps)];
        }
    }

    /// <summary>What is kept, by names such as <c>optimizer.momentum_buffer.0.weight</c>.</summary>
    public IReadOnlyList<StateTensor> Tensors { get; }

    /// <summary>Whether all that is kept are finite numbers, and that of steps one that can be.</summary>
    internal bool IsFinite => _steps[0] is >= 0 and < float.PositiveInfinity && Array.TrueForAll(_buffers, buffer => Finite.All(buffer.Span));

    /// <summary>Updates every parameter that is not frozen from the gradient that the last backward pass left; there is nothing to zero before the next.</summary>
    /// <exception cref="InvalidOperationException">A group has a schedule of its own, which asks for the step's position.</exception>
    public void Step() => Step(learningRateFactor: 1);

    /// <summary>The same with all learning rates multiplied by a factor.</summary>
    /// <param name="learningRateFactor">The factor.</param>
    /// <exception cref="InvalidOperationException">A group has a schedule of its own, which asks for the step's position.</exception>
    public void Step(double learningRateFactor)
    {
        if (_hasSchedules)
        {
            throw new InvalidOperationException("A group of parameters has a schedule of its own: say where in the run the step is, Step(schedule, position)");
        }

        foreach (Part part in _parts)
        {
            part.LearningRate = _optimizer.LearningRateOf(part.Group, learningRateFactor);
        }

        Update();
    }

    /// <summary>The same with learning rates that change during a run.</summary>
    /// <param name="schedule">How they change, but for groups that have a schedule of their own.</param>
    /// <param name="position">Where in the run the step is.</param>
    public void Step(LearningRateSchedule schedule, RunPosition position)
    {
        foreach (Part part in _parts)
        {
            part.LearningRate = _optimizer.LearningRateOf(part.Group, schedule, position);
        }

        Update();
    }

    private void Update()
    {
        _network.UpdateBuffers();
        _steps[0]++;
        if (_optimizer.MaxGradientNorm is float most)
        {
            // NaN stays NaN, so that a run that has diverged shows it.
            _network.Loop.Run(_trained.Length, _sumSquares);
            _gradientScale = (float)Math.Min(1, most / (Math.Sqrt(OrderedSum.Of(_squares)) + NormEpsilon));
        }

        _network.Loop.Run(_blocks.Length, _updateBlock);
        foreach (Block matrix in _matrices)
        {
            Update(matrix);
        }

        _network.Step++;
    }

    private Part PartOf(Parameter parameter) => _parts.First(part => ReferenceEquals(part.Group, _optimizer.GroupOf(parameter)));

    /// <summary>Neighbours in memory that are trained alike go together, so that blocks are long; matrices stay whole.</summary>
    private IEnumerable<Block> Blocks()
    {
        int start = 0;
        int end = 0;
        Part? part = null;
        foreach (Parameter parameter in _trained)
        {
            Part own = PartOf(parameter);
            if (parameter.Offset != end || own != part)
            {
                foreach (Block block in Cut(start, end, part))
                {
                    yield return block;
                }

                (start, part) = (parameter.Offset, own);
            }

            end = parameter.Offset + parameter.Value.Length;
            if (own.Optimizer.UpdatesMatrices)
            {
                yield return new Block(parameter.Offset, parameter.Value.Length, own, parameter);
                start = end;
            }
        }

        foreach (Block block in Cut(start, end, part))
        {
            yield return block;
        }
    }

    private static IEnumerable<Block> Cut(int start, int end, Part? part)
    {
        for (; start < end; start += BlockLength)
        {
            yield return new Block(start, Math.Min(BlockLength, end - start), part!);
        }
    }

    private void SumSquares(int index) => _squares[index] = SumOfSquares.Of(_trained[index].Gradient, _trained[index].StoredIndices);

    private void UpdateBlock(int index) => Update(_blocks[index]);

    private void Update(Block block)
    {
        (int start, int length, Part part, Parameter? matrix) = block;
        Span<float> Buffer(int number) => number < _buffers.Length ? _buffers[number].Span.Slice(start, length) : [];
        Span<float> gradient = _network.Gradients.Span.Slice(start, length);
        if (_gradientScale != 1)
        {
            _kernels.Elementwise.Unary(new MultiplyBy(_gradientScale), gradient, gradient);
        }

        part.Optimizer.Update(_kernels, new OptimizerBlock
        {
            Matrix = matrix,
            LearningRate = part.LearningRate,
            WeightDecay = part.Group?.WeightDecay ?? part.Optimizer.WeightDecay,
            Step = (long)_steps[0],
            Gradient = gradient,
            First = Buffer(0),
            Second = Buffer(1),
            Weight = _network.Values.Span.Slice(start, length),
        });
    }

    private readonly record struct Block(int Start, int Length, Part Part, Parameter? Matrix = null);

    /// <summary>The parameters of a group, or all that belong to none.</summary>
    private sealed class Part(Optimizer optimizer, ParameterGroup? group)
    {
        public ParameterGroup? Group => group;

        public Optimizer Optimizer { get; } = group?.Optimizer ?? optimizer;

        public float LearningRate { get; set; }
    }
}
