using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels.Elementwise;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Training;

/// <summary>
/// Stochastic gradient descent with optional momentum, Nesterov's or plain, and weight decay, as torch.optim.SGD defines them.
/// </summary>
internal sealed class Sgd
{
    private const int Block = 16384;

    private readonly Network _network;
    private readonly SgdStep _step;
    private readonly ElementwiseKernels _elementwise;
    private readonly AlignedBuffer _velocity;
    private readonly Action<int> _stepBlock;

    /// <summary>Prepares to train <paramref name="network"/> with the numbers of <paramref name="options"/>.</summary>
    public Sgd(Network network, TrainingOptions options)
    {
        _network = network;
        _step = new SgdStep(options.LearningRate, options.Momentum, options.Nesterov, options.WeightDecay);
        _elementwise = ElementwiseKernels.For(network.Execution);
        _velocity = new AlignedBuffer(options.Momentum == 0 ? 0 : network.Values.Length);
        _stepBlock = StepBlock;
    }

    /// <summary>The momentum buffers, laid out as <see cref="Network.Values"/>; empty without momentum.</summary>
    public Span<float> Velocity => _velocity.Span;

    /// <summary>Updates every parameter from its gradient.</summary>
    public void Step() => _network.Loop.Run((_network.Values.Length + Block - 1) / Block, _stepBlock);

    private void StepBlock(int block)
    {
        int start = block * Block;
        int length = Math.Min(Block, _network.Values.Length - start);
        ReadOnlySpan<float> gradient = _network.Gradients.Span.Slice(start, length);
        Span<float> weight = _network.Values.Span.Slice(start, length);
        if (_step.Momentum == 0)
        {
            _elementwise.Binary(_step, gradient, weight, weight);
        }
        else
        {
            _elementwise.Update(_step, gradient, _velocity.Span.Slice(start, length), weight);
        }
    }
}
