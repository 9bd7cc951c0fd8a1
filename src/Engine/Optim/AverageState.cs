using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels.Elementwise;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Optim;

/// <summary>The average of a network's weights and buffers, as a network that only classifies.</summary>
internal sealed class AverageState
{
    /// <summary>What the names of what training goes on from begin with, as the plain ones are those of the average.</summary>
    public const string TrainedPrefix = "training.";

    private const int BlockLength = 16384;

    private readonly Network _network;
    private readonly float _share;
    private readonly ElementwiseKernels _elementwise;
    private readonly (Memory<float> Trained, Memory<float> Average)[] _blocks;
    private readonly Action<int> _updateBlock;

    /// <summary>Begins with what <paramref name="network"/> is.</summary>
    public AverageState(Network network, WeightAverage average)
    {
        _network = network;
        _share = (float)(1 - average.Decay);
        _elementwise = ElementwiseKernels.For(network.Execution);
        Model = network.Apart();
        _blocks = [.. Blocks(network.Values, Model.Values), .. Blocks(network.Buffers, Model.Buffers)];
        _updateBlock = UpdateBlock;
        Begin();
    }

    /// <summary>The network that has the average.</summary>
    public Network Model { get; }

    /// <summary>The network that is trained, under names of its own.</summary>
    public IEnumerable<StateTensor> TrainedTensors =>
        _network.StateTensors.Select(tensor => new StateTensor(TrainedPrefix + tensor.Name, tensor));

    /// <summary>Makes the average what the network is now.</summary>
    public void Begin()
    {
        foreach ((Memory<float> trained, Memory<float> average) in _blocks)
        {
            trained.CopyTo(average);
        }
    }

    /// <summary>Comes after every step.</summary>
    public void Update() => _network.Loop.Run(_blocks.Length, _updateBlock);

    private static IEnumerable<(Memory<float> Trained, Memory<float> Average)> Blocks(Memory<float> trained, Memory<float> average)
    {
        for (int start = 0; start < trained.Length; start += BlockLength)
        {
            int length = Math.Min(BlockLength, trained.Length - start);
            yield return (trained.Slice(start, length), average.Slice(start, length));
        }
    }

    private void UpdateBlock(int index)
    {
        (Memory<float> trained, Memory<float> average) = _blocks[index];
        _elementwise.Binary(new Lerp(_share), average.Span, trained.Span, average.Span);
    }
}
