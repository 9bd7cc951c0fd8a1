using CifarFast.Engine.Data;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Training;
using CifarFast.Trainer.Console;
using CifarFast.Trainer.Runs;
using Spectre.Console.Testing;

namespace CifarFast.Trainer.Tests.Console;

public class RunHeaderTests
{
    [Fact]
    public void Fits_80_columns_with_the_longest_recipe()
    {
        var training = new Recipe
        {
            Optimizer = new SGD(LearningRate: 0.0001f, Momentum: 0.95f, Nesterov: true, WeightDecay: 0.0005f),
            Epochs = 1000,
            BatchSize = 16_384,
            Seed = ulong.MaxValue,
            MaxSteps = 100_000,
        };
        string[] lines = Write(training, new ExecutionOptions { Tier = SimdTier.Vector128, Threads = 1024 });

        Assert.All(lines, line => Assert.InRange(line.Length, 0, 80));
        Assert.Contains("recipe    reference: 1,000 epochs, at most 100,000 steps, batches of 16,384", lines);
        Assert.Contains("          SGD, learning rate 0.0001, Nesterov momentum 0.95, weight decay 0.0005", lines);
        Assert.Contains("seed      18446744073709551615", lines);
        Assert.Contains("compute   fast kernels on vector128, 1,024 threads, about 318 MB of memory", lines);
    }

    [Fact]
    public void Counts_one_of_a_thing_as_one()
    {
        string[] lines = Write(
            new Recipe { Optimizer = new SGD(Momentum: 0.5f), Epochs = 1, MaxSteps = 1 }, new ExecutionOptions { Kernels = KernelPath.Naive, Threads = 1 });

        Assert.Contains("recipe    reference: 1 epoch, at most 1 step, batches of 64", lines);
        Assert.Contains("          SGD, learning rate 0.01, momentum 0.5", lines);
        Assert.Contains("compute   naive kernels, 1 thread, about 318 MB of memory", lines);
    }

    [Fact]
    public void Lines_the_columns_of_the_network_up()
    {
        string[] lines = Write(new Recipe(), new ExecutionOptions());

        int heads = Array.FindIndex(lines, line => line.EndsWith("output  parameters  multiply-adds", StringComparison.Ordinal));
        int total = Array.FindIndex(lines, line => line.TrimStart().StartsWith("total ", StringComparison.Ordinal));
        LayerSummary[] layers = [.. NetworkCatalog.Reference().Summary];
        Assert.Equal(layers.Length, total - heads - 1);
        int outputs = lines[heads].IndexOf("output", StringComparison.Ordinal) + "output".Length;
        foreach ((string line, LayerSummary layer) in lines[(heads + 1)..total].Zip(layers))
        {
            Assert.Contains($" {layer.Description} ", line);
            Assert.EndsWith($" {layer.OutputShape}", line[..outputs]);
            Assert.True(layer.MultiplyAdds == 0 ? line.Length == outputs : line.Length == lines[heads].Length, line);
        }

        Assert.Equal(lines[heads].Length, lines[total].Length);
    }

    private static string[] Write(Recipe training, ExecutionOptions execution)
    {
        using var console = new TestConsole();
        using var output = new StringWriter { NewLine = "\n" };
        var images = new ImageSet(1, 1, 1, new byte[1], new int[1]);
        var settings = new TrainSettings { Dataset = new DatasetRequest(), Recipe = training, Execution = execution };
        var loaded = new LoadedDataset(new ImageDataset("synthetic", [], images, images), "drawn from seed 1", Warning: null);
        RunHeader.Write(
            new Session(console, output, TextWriter.Null, Stream.Null, "cifarfast train"), settings, loaded, new TrainingData(images, Test: images), NetworkCatalog.Reference(), "runs/first", resumed: null, weights: null, pretrained: null, memory: 318_400_000);
        return output.ToString().Split('\n');
    }
}
