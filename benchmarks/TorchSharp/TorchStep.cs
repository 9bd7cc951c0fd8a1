using CifarFast.Benchmarks.TorchSharp.Checks;
using CifarFast.Engine.Data;
using CifarFast.Engine.Losses;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Tensors;
using static TorchSharp.torch;
using TorchModule = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace CifarFast.Benchmarks.TorchSharp;

/// <summary>A training step of a recipe in libtorch.</summary>
internal static class TorchStep
{
    /// <summary>Makes a step and returns the mean loss of its images.</summary>
    public static float Run(TorchModule module, TorchOptimizer optimizer, Recipe recipe, Tensor images, Tensor labels, RunPosition position)
    {
        module.train();
        module.zero_grad();
        Tensor loss = nn.functional.cross_entropy(module.forward(images), labels, label_smoothing: ((CrossEntropyLoss)recipe.Loss).LabelSmoothing);
        loss.backward();
        optimizer.Step(recipe.Schedule, position);
        return loss.item<float>();
    }

    /// <summary>The images of a batch, transformed, and their labels.</summary>
    public static (Tensor Images, Tensor Labels) Load(Batch batch)
    {
        Shape shape = batch.Images.Shape;
        float[] samples = new float[batch.Count * shape.Count];
        Parallel.For(0, batch.Count, i => batch.CopyImage(i, samples.AsSpan(i * shape.Count, shape.Count)));
        return (tensor(samples).reshape(batch.Count, shape[0], shape[1], shape[2]), tensor((long[])[.. batch.Labels.ToArray()]));
    }

    /// <summary>The same tensor with its channels as the innermost axis in memory.</summary>
    public static Tensor ChannelsLast(Tensor tensor) => tensor.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
}
