using CifarFast.Engine.Data;
using CifarFast.Engine.Data.Transforms;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Training;

namespace CifarFast.Engine.Tests.Training;

/// <summary>Small runs of the reference network on drawn images.</summary>
internal static class TrainingFixture
{
    public static ImageDataset Images { get; } = SyntheticImages.Create(seed: 11, train: 200, test: 40);

    /// <summary>All kinds of transforms, of the mixing ones one.</summary>
    public static IReadOnlyList<Transform> Transforms { get; } =
    [
        new RandomHorizontalFlip(0.3),
        new AlternatingFlip(),
        new RandomTranslate(2),
        new RandomBrightness(0.1f),
        new RandomContrast(0.2f),
        new Mixup(0.4),
        new Cutout(8) { Fill = [0.5f, 0.4f, 0.3f] },
    ];

    /// <summary>Trains for some steps; returns the loss of each and all weights in PyTorch's order.</summary>
    public static (double[] Losses, float[] Weights) Train(ExecutionOptions execution, ImageSet images, int steps, Recipe options)
    {
        using var network = new Network(NetworkCatalog.Reference(), execution, options.BatchSize, options.Seed);
        var session = new TrainingSession(network, new TrainingData(images), options with { MaxSteps = steps, Epochs = 1000 });
        var recorder = new Recorder();
        session.Run(recorder, TestContext.Current.CancellationToken);
        float[] weights = [.. network.Parameters.SelectMany(Values)];
        return ([.. recorder.Steps.Select(step => step.BatchLoss)], weights);
    }

    /// <summary>Trains a run to a step, and stops it there.</summary>
    public static void TrainTo(TrainingSession session, int step)
    {
        using var source = new CancellationTokenSource();
        session.Run(
            new Recorder
            {
                OnStep = progress =>
                {
                    if (progress.Step == step)
                    {
                        source.Cancel();
                    }
                },
            },
            source.Token);
        Assert.Equal(step, session.State.Step);
    }

    /// <summary>The elements of a tensor in PyTorch's order.</summary>
    public static float[] Values(StateTensor tensor)
    {
        float[] values = new float[tensor.Shape.Count];
        tensor.CopyTo(values);
        return values;
    }
}
