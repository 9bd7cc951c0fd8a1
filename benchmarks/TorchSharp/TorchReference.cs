using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Conv2dModule = TorchSharp.Modules.Conv2d;

namespace CifarFast.Benchmarks.TorchSharp;

/// <summary>The reference network and a batch for it in libtorch, in its usual layout (NCHW) or channels last (NHWC).</summary>
internal sealed class TorchReference
{
    private readonly Module<Tensor, Tensor> _network;
    private readonly optim.Optimizer _optimizer;
    private readonly Loss<Tensor, Tensor, Tensor> _loss = CrossEntropyLoss();
    private readonly Tensor _images;
    private readonly Tensor _labels;

    public TorchReference(int batchSize, bool channelsLast)
    {
        var layers = new List<Module<Tensor, Tensor>>
        {
            Conv2d(3, 16, 3, padding: 1), ReLU(), Conv2d(16, 32, 3, padding: 1), ReLU(), MaxPool2d(2),
            Conv2d(32, 64, 3, padding: 1), ReLU(), Conv2d(64, 128, 3, padding: 1), ReLU(), MaxPool2d(2),
            Flatten(), Linear(8192, 128), ReLU(), Linear(128, 10),
        };
        foreach (Conv2dModule convolution in layers.OfType<Conv2dModule>().Where(_ => channelsLast))
        {
            convolution.weight = Parameter(ChannelsLast(convolution.weight!.detach()));
        }

        _network = Sequential(layers);
        _optimizer = optim.SGD(_network.parameters(), learningRate: 1e-4);
        _images = channelsLast ? ChannelsLast(rand(batchSize, 3, 32, 32)) : rand(batchSize, 3, 32, 32);
        _labels = randint(10, batchSize, dtype: ScalarType.Int64);
    }

    public void Step()
    {
        using var scope = NewDisposeScope();
        _optimizer.zero_grad();
        Tensor loss = _loss.forward(_network.forward(_images), _labels);
        loss.backward();
        _optimizer.step();
        loss.item<float>();
    }

    public void Forward()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        _network.forward(_images);
    }

    /// <summary>The same tensor with its channels as the innermost axis in memory.</summary>
    private static Tensor ChannelsLast(Tensor tensor) => tensor.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
}
