using System.Globalization;
using CifarFast.Benchmarks.TorchSharp.Checks;
using CifarFast.Engine.Data;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Training;
using static TorchSharp.torch;
using TorchModule = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;
using TorchParameter = TorchSharp.Modules.Parameter;

namespace CifarFast.Benchmarks.TorchSharp;

/// <summary>
/// The first epochs of a recipe, trained by the engine and by libtorch side by side: from the same weights, with the same images in the same order, as
/// they are. Rounding parts the weights after some steps, and in time the losses of an epoch too, by chance to either side: what is compared is
/// the mean of several pairs of runs, whose first weight is one unit in the last place larger from pair to pair.
/// </summary>
internal sealed class Curve : IDisposable
{
    private const double Tolerance = 0.02;

    private readonly Recipe _recipe;
    private readonly DataLoader _loader;
    private readonly Network _network;
    private readonly TrainingStep _step;
    private readonly TorchModule _module;
    private readonly TorchOptimizer _optimizer;
    private long _stepsDone;

    /// <summary>Prepares both sides.</summary>
    /// <param name="recipe">What trains; its transforms are left out.</param>
    /// <param name="images">What is learnt from.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="pair">The number of the pair, from 0.</param>
    /// <exception cref="NotSupportedException">Weights are averaged, which libtorch has nothing for.</exception>
    private Curve(Recipe recipe, ImageSet images, int classes, int pair)
    {
        if (recipe.Average is not null)
        {
            throw new NotSupportedException($"{recipe.Name} averages its weights, which libtorch has nothing for");
        }

        _recipe = recipe.For(images.Count);
        _loader = new DataLoader(images, _recipe.BatchSize, shuffle: true, _recipe.Seed, _recipe.DropLast);
        Architecture architecture = _recipe.Network(images.Shape, classes);
        _network = new Network(architecture, new ExecutionOptions(), _recipe.BatchSize, _recipe.Seed);
        _recipe.Initialize(_network, images);
        Nudge(_network.Parameters[0], pair);
        _step = new TrainingStep(_network, _recipe);
        set_default_dtype(ScalarType.Float32);
        _module = TorchModules.Create(architecture.Module);
        TorchModules.Load(_module, EngineNetwork.StateOf(_network));
        (string, TorchParameter)[] trained = [.. _module.named_parameters().Where(named => named.parameter.requires_grad)];
        _optimizer = new TorchOptimizer(_recipe.Optimizer, trained);
    }

    /// <summary>Trains both sides and prints the mean loss of each epoch.</summary>
    /// <param name="recipe">The name of the recipe.</param>
    /// <param name="options"><c>--epochs N</c>, <c>--pairs N</c>, <c>--data DIR</c> and <c>--limit N</c>, training images, in any order.</param>
    /// <returns>Whether the losses agree in the mean of all pairs.</returns>
    /// <exception cref="ArgumentException">There is no such recipe.</exception>
    /// <exception cref="DataException">The images are not to be had.</exception>
    public static bool Run(string recipe, string[] options)
    {
        Recipe found = RecipeCatalog.Find(recipe) ?? throw new ArgumentException($"there is no recipe '{recipe}'");
        ImageDataset images = DatasetLoader.Load(new DatasetRequest { Kind = DatasetKind.Cifar10, Path = Option("--data") }).Dataset;
        ImageSet train = images.Train.Take(Number("--limit", images.Train.Count));
        int epochs = Number("--epochs", 3);
        int pairs = Number("--pairs", 3);
        Console.WriteLine($"{found.Name} without transforms, {pairs} pairs of runs; mean loss of training, the same within {Tolerance:P0} in the mean?");
        double[] ratios = new double[epochs];
        for (int pair = 0; pair < pairs; pair++)
        {
            using var curve = new Curve(found, train, images.ClassNames.Count, pair);
            for (int epoch = 1; epoch <= epochs; epoch++)
            {
                ratios[epoch - 1] += curve.Run(epoch) / pairs;
            }
        }

        for (int epoch = 1; epoch <= epochs; epoch++)
        {
            double ratio = ratios[epoch - 1];
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"epoch {epoch}: mean ratio {ratio:F5}: {(Agrees(ratio) ? "yes" : "no")}"));
        }

        return ratios.All(Agrees);

        string? Option(string name) => options.SkipWhile(option => option != name).ElementAtOrDefault(1);

        int Number(string name, int otherwise) => Option(name) is string text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
    }

    public void Dispose()
    {
        _network.Dispose();
        _module.Dispose();
    }

    private static bool Agrees(double ratio) => Math.Abs(ratio - 1) <= Tolerance;

    private static void Nudge(Parameter parameter, int units)
    {
        float[] values = new float[parameter.Shape.Count];
        parameter.CopyTo(values);
        values[0] = BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(values[0]) + units);
        parameter.CopyFrom(values);
    }

    /// <summary>Trains both sides for an epoch, prints the mean losses and returns their ratio.</summary>
    private double Run(int epoch)
    {
        (double ours, double theirs, int images) = (0, 0, 0);
        foreach (Batch batch in _loader.Epoch(epoch))
        {
            var position = new RunPosition(_stepsDone++, _recipe.Steps(_loader.Count), _loader.Count);
            ours += _step.Run(batch, position).Sum;
            theirs += TrainTorch(batch, position) * batch.Count;
            images += batch.Count;
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"epoch {epoch}: CifarFast {ours / images:F5}, libtorch {theirs / images:F5}, ratio {ours / theirs:F5}"));
        return ours / theirs;
    }

    /// <summary>A step of libtorch; returns the mean loss of its images.</summary>
    private double TrainTorch(Batch batch, RunPosition position)
    {
        using var scope = NewDisposeScope();
        (Tensor images, Tensor labels) = TorchStep.Load(batch);
        return TorchStep.Run(_module, _optimizer, _recipe, images, labels, position);
    }
}
