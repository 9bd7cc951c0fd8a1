using System.Diagnostics;
using System.Globalization;
using CifarFast.Benchmarks.TorchSharp.Checks;
using CifarFast.Engine.Data;
using CifarFast.Engine.Evaluation;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Recipes;
using static TorchSharp.torch;
using TorchModule = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace CifarFast.Benchmarks.TorchSharp;

/// <summary>
/// What libtorch makes of a recipe in a given time: the run is planned for as many steps as it makes in so many seconds, with all that is
/// scheduled scaled to them. Images, their transforms, the first weights and the evaluation are the engine's, and their time is not counted.
/// </summary>
internal static class TimedTraining
{
    private const int WarmUpSteps = 2;
    private const int MeasuredSteps = 5;

    /// <summary>Trains, evaluates and prints what came of it.</summary>
    /// <param name="name">The name of the recipe.</param>
    /// <param name="options"><c>--seconds N</c>, 60 where it is not given, and <c>--data DIR</c>, in any order.</param>
    /// <exception cref="ArgumentException">There is no such recipe.</exception>
    /// <exception cref="DataException">The images are not to be had.</exception>
    public static void Run(string name, string[] options)
    {
        ImageDataset images = DatasetLoader.Load(new DatasetRequest { Kind = DatasetKind.Cifar10, Path = Option("--data") }).Dataset;
        Recipe recipe = (RecipeCatalog.Find(name) ?? throw new ArgumentException($"there is no recipe '{name}'")).For(images.Train.Count);
        double seconds = Option("--seconds") is string text ? double.Parse(text, CultureInfo.InvariantCulture) : 60;
        using var network = new Network(recipe.Network(images.Train.Shape, images.ClassNames.Count), new ExecutionOptions(), recipe.BatchSize, recipe.Seed);
        recipe.Initialize(network, images.Train);
        set_default_dtype(ScalarType.Float32);
        IReadOnlyDictionary<string, double[]> start = EngineNetwork.StateOf(network);

        double secondsOfStep = Train(recipe, network, images.Train, start, WarmUpSteps + MeasuredSteps, out _);
        int steps = Math.Max(1, (int)(seconds / secondsOfStep));
        double whole = steps * Train(recipe, network, images.Train, start, steps, out TorchModule trained);
        foreach ((string tensor, Tensor value) in trained.state_dict())
        {
            network.StateTensors.Single(own => own.Name == tensor).CopyFrom(value.to(ScalarType.Float32).contiguous().data<float>().ToArray());
        }

        using Network evaluated = network.WithoutGradients(Evaluator.BatchSize);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{recipe.Name} with libtorch: {steps} steps of {recipe.BatchSize} images in {whole:F1} s, test accuracy {Accuracy(TestTimeAugmentation.None):P2}, "
            + $"with test-time augmentation {Accuracy(recipe.TestTimeAugmentation):P2}"));

        string? Option(string option) => options.SkipWhile(given => given != option).ElementAtOrDefault(1);

        double Accuracy(TestTimeAugmentation augmentation)
        {
            Predictions predictions = new Evaluator(evaluated, images.Test, augmentation).Run(progress: null, CancellationToken.None);
            return Enumerable.Range(0, images.Test.Count).Average(i => predictions.Class(i) == images.Test.Labels[i] ? 1.0 : 0.0);
        }
    }

    /// <summary>Trains from the start for a whole run of so many steps, and returns the seconds of a step: their median.</summary>
    private static double Train(
        Recipe recipe, Network network, ImageSet images, IReadOnlyDictionary<string, double[]> start, int steps, out TorchModule module)
    {
        module = TorchModules.Create(network.Architecture.Module);
        TorchModules.Load(module, start);
        var optimizer = new TorchOptimizer(recipe.Optimizer, [.. module.named_parameters().Where(named => named.parameter.requires_grad)]);
        (Tensor Trained, Tensor Slow)[] averages = [.. module.state_dict().Values.Where(tensor => tensor.is_floating_point()).Select(tensor => (tensor, tensor.detach().clone()))];
        var loader = new DataLoader(images, recipe.BatchSize, shuffle: true, recipe.Seed, recipe.DropLast, recipe.Transforms);
        var times = new List<double>();
        for (int step = 0; step < steps; step++)
        {
            Batch batch = loader.Epoch(1 + (step / loader.Count))[step % loader.Count];
            var position = new RunPosition(step, steps, loader.Count);
            using var scope = NewDisposeScope();
            (Tensor samples, Tensor labels) = TorchStep.Load(batch);
            samples = TorchStep.ChannelsLast(samples);
            long began = Stopwatch.GetTimestamp();
            TorchStep.Run(module, optimizer, recipe, samples, labels, position);
            Average(recipe.Average, averages, position);
            times.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
        }

        double[] steady = [.. times.Skip(times.Count > WarmUpSteps ? WarmUpSteps : 0).Order()];
        return steady[steady.Length / 2];
    }

    /// <summary>Lookahead, after the engine's definition.</summary>
    private static void Average(WeightAverage? average, (Tensor Trained, Tensor Slow)[] tensors, RunPosition position)
    {
        using IDisposable noGradient = no_grad();
        if (average is { Lookahead: true } && average.ShareAfter(position) is float share)
        {
            foreach ((Tensor trained, Tensor slow) in tensors)
            {
                slow.add_(trained - slow, alpha: share);
                trained.copy_(slow);
            }
        }
    }
}
