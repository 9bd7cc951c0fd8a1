using CifarFast.Engine.Data;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Training;

namespace CifarFast.Benchmarks.Reports;

/// <summary>Training steps of the reference network on the real images, from their bytes to the updated weights.</summary>
internal static class StepContestant
{
    private static readonly Lazy<ImageDataset> _images =
        new(() => DatasetLoader.Load(new DatasetRequest { Kind = DatasetKind.Cifar10 }, only: null, progress: null, default).Dataset);

    /// <summary>CIFAR-10, from where <see cref="DatasetLoader"/> finds it.</summary>
    public static ImageDataset Images => _images.Value;

    public static Contestant Create(string name, ExecutionOptions execution, int batchSize, int repeats)
    {
        var batch = new Batch(Images.Train.Take(batchSize));
        var step = new TrainingStep(
            new Network(NetworkCatalog.Reference(), execution, batchSize, seed: 1), new Recipe { Optimizer = new SGD(LearningRate: 1e-4f) });
        return new Contestant(name, () => step.Run(batch, position: default), repeats);
    }
}
