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

    private readonly Network _network;
    private readonly Optimizer _optimizer;
    private readonly ElementwiseKernels _elementwise;
    private readonly AlignedBuffer[] _buffers;
    private readonly float[] _steps = new float[1];
    private readonly Block[] _blocks;
    private readonly Action<int> _updateBlock;
    private double _learningRateFactor;

    /// <summary>Prepares to train <paramref name="network"/>.</summary>
    /// <param name="network">Whose parameters are updated.</param>
    /// <param name="optimizer">How.</param>
    /// <exception cref="ArgumentException">The network was made to classify only, or with a number of the optimizer nothing can be trained.</exception>
    public OptimizerState(Network network, Optimizer optimizer)
    {
        if (!network.IsTrained)
        {
            throw new ArgumentException("the network was made to classify and has no gradients", nameof(network));
        }

        if (optimizer.FindFault() is string fault)
        {
            throw new ArgumentException($"nothing can be trained with it: {fault}", nameof(optimizer));
        }

        _network = network;
        _optimizer = optimizer;
        _elementwise = ElementwiseKernels.For(network.Execution);
        _buffers = [.. optimizer.Buffers.Select(_ => new AlignedBuffer(network.Values.Length))];
        _blocks = [.. Blocks()];
        _updateBlock = UpdateBlock;
        IEnumerable<StateTensor> tensors =
            from buffer in optimizer.Buffers.Zip(_buffers)
            from parameter in network.Parameters
            where !parameter.IsFrozen
            select new StateTensor(
                $"{Prefix}{buffer.First}.{parameter.Name}", parameter, buffer.Second.Memory.Slice(parameter.Offset, parameter.Value.Length));
        Tensors = [.. tensors];
        if (optimizer.CountsSteps)
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
    /// <param name="learningRateFactor">What all learning rates are multiplied by: the <see cref="LearningRateSchedule.Factor"/> of a schedule.</param>
    public void Step(double learningRateFactor = 1)
    {
        _learningRateFactor = learningRateFactor;
        _steps[0]++;
        _network.Loop.Run(_blocks.Length, _updateBlock);
        _network.Step++;
    }

    /// <summary>Neighbours in memory that are trained alike go together, so that blocks are long.</summary>
    private IEnumerable<Block> Blocks()
    {
        int start = 0;
        int end = 0;
        ParameterGroup? group = null;
        foreach (Parameter parameter in _network.Parameters.Where(parameter => !parameter.IsFrozen))
        {
            ParameterGroup? own = _optimizer.Groups.FirstOrDefault(candidate => candidate.Has(parameter.Name));
            if (parameter.Offset != end || own != group)
            {
                foreach (Block block in Cut(start, end, group))
                {
                    yield return block;
                }

                (start, group) = (parameter.Offset, own);
            }

            end = parameter.Offset + parameter.Value.Length;
        }

        foreach (Block block in Cut(start, end, group))
        {
            yield return block;
        }
    }

    private static IEnumerable<Block> Cut(int start, int end, ParameterGroup? group)
    {
        for (; start < end; start += BlockLength)
        {
            yield return new Block(start, Math.Min(BlockLength, end - start), group);
        }
    }

    private void UpdateBlock(int index)
    {
        (int start, int length, ParameterGroup? group) = _blocks[index];
        Span<float> Buffer(int number) => number < _buffers.Length ? _buffers[number].Span.Slice(start, length) : [];
        _optimizer.Update(_elementwise, new OptimizerBlock
        {
            LearningRate = (float)(_optimizer.LearningRate * _learningRateFactor * (group?.LearningRateFactor ?? 1)),
            WeightDecay = group?.WeightDecay ?? _optimizer.WeightDecay,
            Step = (long)_steps[0],
            Gradient = _network.Gradients.Span.Slice(start, length),
            First = Buffer(0),
            Second = Buffer(1),
            Weight = _network.Values.Span.Slice(start, length),
        });
    }

    private readonly record struct Block(int Start, int Length, ParameterGroup? Group);
}
