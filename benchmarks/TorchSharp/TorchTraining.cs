using CifarFast.Benchmarks.TorchSharp.Checks;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Recipes;
using static TorchSharp.torch;
using Conv2dModule = TorchSharp.Modules.Conv2d;
using TorchModule = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;
using TorchParameter = TorchSharp.Modules.Parameter;

namespace CifarFast.Benchmarks.TorchSharp;

/// <summary>A network, what trains it and a batch for it in libtorch, in its usual layout (NCHW) or channels last (NHWC).</summary>
internal sealed class TorchTraining
{
    private readonly TorchModule _network;
    private readonly TorchOptimizer _optimizer;
    private readonly Recipe _recipe;
    private readonly Tensor _images;
    private readonly Tensor _labels;

    public TorchTraining(Recipe recipe, Architecture architecture, int batchSize, bool channelsLast)
    {
        _network = TorchModules.Create(architecture.Module);
        foreach (Conv2dModule convolution in _network.modules().OfType<Conv2dModule>().Where(_ => channelsLast))
        {
            bool isTrained = convolution.weight!.requires_grad;
            convolution.weight = new TorchParameter(TorchStep.ChannelsLast(convolution.weight.detach()), isTrained);
        }

        _optimizer = new TorchOptimizer(recipe.Optimizer, [.. _network.named_parameters().Where(named => named.parameter.requires_grad)]);
        _recipe = recipe;
        Tensor images = rand(batchSize, architecture.InputShape[0], architecture.InputShape[1], architecture.InputShape[2]);
        _images = channelsLast ? TorchStep.ChannelsLast(images) : images;
        _labels = randint(architecture.OutputShape.Count, batchSize, dtype: ScalarType.Int64);
    }

    public void Step()
    {
        using var scope = NewDisposeScope();
        TorchStep.Run(_network, _optimizer, _recipe, _images, _labels, position: default);
    }

    /// <summary>The forward pass of training, without gradients.</summary>
    public void Forward()
    {
        _network.train();
        RunForward(_images);
    }

    /// <summary>The forward pass of evaluation for so many images, batch by batch, each of them the same.</summary>
    public void Evaluate(int images)
    {
        _network.eval();
        int batch = (int)_images.shape[0];
        for (int first = 0; first < images; first += batch)
        {
            using Tensor part = _images.narrow(0, 0, Math.Min(batch, images - first));
            RunForward(part);
        }
    }

    private void RunForward(Tensor images)
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        _network.forward(images);
    }
}
