using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels.Elementwise;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Optim;

/// <summary>The average of a network's weights and buffers, at work beside the network.</summary>
internal sealed class AverageState
{
    /// <summary>What the names of what training goes on from begin with, where the plain ones are those of the average.</summary>
    public const string TrainedPrefix = "training.";

    /// <summary>What the names of Lookahead's slow weights begin with, where the plain ones are those of what is trained.</summary>
    public const string SlowPrefix = "lookahead.";

    private const int BlockLength = 16384;

    private readonly Network _network;
    private readonly Network _average;
    private readonly WeightAverage _options;
    private readonly ElementwiseKernels _elementwise;
    private readonly (Memory<float> Trained, Memory<float> Average)[] _blocks;
    private readonly Action<int> _updateBlock;
    private float _share;

    /// <summary>Begins with what <paramref name="network"/> is.</summary>
    public AverageState(Network network, WeightAverage options)
    {
        _network = network;
        _options = options;
        _elementwise = ElementwiseKernels.For(network.Execution);
        _average = network.Apart();
        _blocks = [.. Blocks(network.Values, _average.Values), .. Blocks(network.Buffers, _average.Buffers)];
        _updateBlock = UpdateBlock;
        Begin();
    }

    /// <summary>The network that is evaluated and saved: the average, or what is trained, which Lookahead makes the average of.</summary>
    public Network Model => _options.Lookahead ? _network : _average;

    /// <summary>What there is to save beside the <see cref="Model"/>, under names of its own.</summary>
    public IEnumerable<StateTensor> Tensors
    {
        get
        {
            (Network other, string prefix) = _options.Lookahead ? (_average, SlowPrefix) : (_network, TrainedPrefix);
            return other.StateTensors.Select(tensor => new StateTensor(prefix + tensor.Name, tensor));
        }
    }

    /// <summary>Whether the average is made of finite numbers.</summary>
    public bool IsFinite => _average.IsFinite;

    /// <summary>Makes the average what the network is now.</summary>
    public void Begin()
    {
        foreach ((Memory<float> trained, Memory<float> average) in _blocks)
        {
            trained.CopyTo(average);
        }

        _network.Counts.CopyTo(_average.Counts);
    }

    /// <summary>Comes after every step.</summary>
    /// <param name="position">The step that was made.</param>
    public void Update(RunPosition position)
    {
        if (_options.ShareAfter(position) is float share)
        {
            _share = share;
            _network.Loop.Run(_blocks.Length, _updateBlock);
        }

        _network.Counts.CopyTo(_average.Counts);
    }

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
        if (_options.Lookahead)
        {
            average.CopyTo(trained);
        }
    }
}
