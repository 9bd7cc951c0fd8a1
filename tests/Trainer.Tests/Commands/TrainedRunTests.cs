using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using CifarFast.Engine.Simd;

namespace CifarFast.Trainer.Tests.Commands;

/// <summary>What a run prints and leaves behind.</summary>
public sealed partial class TrainedRunTests(TrainedRun run) : IClassFixture<TrainedRun>
{
    [Fact]
    public void Goes_well() => run.Outcome.Succeeded();

    [Fact]
    public void Says_first_what_it_is_about_to_do()
    {
        string[] header = [.. run.Outcome.Lines.TakeWhile(line => line.Length > 0)];
        Assert.Equal($"run       {run.Directory}", header[0]);
        Assert.Equal($"data      cifar10, {run.Data}", header[1]);
        Assert.Equal("          400 images to train on, 60 to test with", header[2]);
        Assert.Equal("network   reference, input 3×32×32", header[3]);
        Assert.Contains(header, line => Regex.IsMatch(line, @"^ +7 Conv2d\(64→128, 3×3, padding 1\) +128×16×16 +73,856 +18,874,368$"));
        Assert.Contains(header, line => Regex.IsMatch(line, @"^ +total +1,147,434 +29,803,776$"));
        Assert.Equal("recipe    reference: 2 epochs, batches of 4", header[^4]);
        Assert.Equal("          SGD, learning rate 0.02", header[^3]);
        Assert.Equal("seed      7", header[^2]);
        Assert.Matches($@"^compute   fast kernels on {SimdTiers.Resolve(null).Name()}, 2 threads, about \d+ MB of memory$", header[^1]);
    }

    [Fact]
    public void Prints_a_line_every_50_batches_and_one_an_epoch()
    {
        string[] lines = [.. run.Outcome.Lines.Where(line => line.StartsWith("epoch", StringComparison.Ordinal))];
        Assert.Collection(
            lines,
            line => Assert.StartsWith("epoch 1/2 batch 50/100 ", line),
            line => Assert.StartsWith("epoch 1/2 batch 100/100 ", line),
            line => Assert.StartsWith("epoch 1/2 done: ", line),
            line => Assert.StartsWith("epoch 2/2 batch 50/100 ", line),
            line => Assert.StartsWith("epoch 2/2 batch 100/100 ", line),
            line => Assert.StartsWith("epoch 2/2 done: ", line));
        Assert.All(lines, line => Assert.Matches(line.Contains("batch", StringComparison.Ordinal) ? BatchLine() : EpochLine(), line));
    }

    [Fact]
    public void Prints_the_numbers_that_the_summary_holds()
    {
        Match[] lines = [.. run.Outcome.Lines.Select(line => EpochLine().Match(line)).Where(match => match.Success)];
        JsonElement[] epochs = Summary.Load(run.Directory).Epochs;
        Assert.Equal(2, lines.Length);
        foreach ((Match line, JsonElement epoch) in lines.Zip(epochs))
        {
            foreach (string name in new[] { "train_loss", "train_accuracy", "test_loss", "test_accuracy", "seconds", "images_per_second" })
            {
                string printed = line.Groups[name].Value;
                int decimals = printed.Contains('.') ? printed.Length - printed.IndexOf('.', StringComparison.Ordinal) - 1 : 0;
                Assert.Equal(epoch.GetProperty(name).GetDouble().ToString($"F{decimals}", CultureInfo.InvariantCulture), printed);
            }
        }
    }

    [Fact]
    public void Sums_up_with_the_accuracy_and_speed_of_the_run()
    {
        Summary summary = Summary.Load(run.Directory);
        FormattableString expected =
            $"test accuracy {summary.Number("final_test_accuracy") * 100:F2}% (best {summary.OfEpochs("test_accuracy").Max() * 100:F2}%)";
        int line = Array.IndexOf(run.Outcome.Lines, expected.ToString(CultureInfo.InvariantCulture));
        Assert.StartsWith("200 steps in ", run.Outcome.Lines[line + 1]);
        Assert.EndsWith(string.Create(CultureInfo.InvariantCulture, $", {summary.Number("images_per_second"):N0} images/s"), run.Outcome.Lines[line + 1]);
    }

    [Fact]
    public void The_summary_names_what_was_done()
    {
        Summary summary = Summary.Load(run.Directory);
        Assert.Equal("cifar10", summary.Text("dataset"));
        Assert.Equal("reference", summary.Text("network"));
        Assert.Equal("fast", summary.Text("kernels"));
        Assert.Equal(SimdTiers.Resolve(null).Name(), summary.Text("simd"));
        Assert.Equal(TrainedRun.TrainImages, summary.Number("train_images"));
        Assert.Equal(TrainedRun.TestImages, summary.Number("test_images"));
        Assert.Equal(2, summary.Root.GetProperty("epochs").GetInt32());
        Assert.Equal(200, summary.Root.GetProperty("steps").GetInt64());
        Assert.Equal(TrainedRun.BatchSize, summary.Root.GetProperty("batch_size").GetInt32());
        Assert.Equal(0.02f, summary.Root.GetProperty("learning_rate").GetSingle());
        Assert.Equal(7ul, summary.Root.GetProperty("seed").GetUInt64());
        Assert.Equal(2, summary.Root.GetProperty("threads").GetInt32());
        Assert.Equal("completed", summary.Text("status"));
        Assert.Equal("train_loss", summary.Text("monitor"));
    }

    [Fact]
    public void The_summary_holds_the_figures_of_every_epoch()
    {
        Summary summary = Summary.Load(run.Directory);
        Assert.Equal([1, 2], summary.OfEpochs("epoch"));
        Assert.All(summary.OfEpochs("train_loss").Concat(summary.OfEpochs("test_loss")), loss => Assert.InRange(loss, 0.01, 10));
        Assert.All(summary.OfEpochs("train_accuracy"), share => AssertShareOf(TrainedRun.TrainImages, share));
        Assert.All(summary.OfEpochs("test_accuracy"), share => AssertShareOf(TrainedRun.TestImages, share));
        Assert.Equal(summary.OfEpochs("train_loss")[^1], summary.Number("final_train_loss"));
        Assert.Equal(summary.OfEpochs("test_accuracy")[^1], summary.Number("final_test_accuracy"));
        Assert.Equal(summary.OfEpochs("seconds").Sum(), summary.Number("seconds"), 1e-9);
        Assert.True(summary.Number("images_per_second") > 0);
        foreach (JsonElement epoch in summary.Epochs)
        {
            double trainSeconds = epoch.GetProperty("train_seconds").GetDouble();
            Assert.InRange(trainSeconds, 0, epoch.GetProperty("seconds").GetDouble());
            Assert.Equal(TrainedRun.TrainImages / trainSeconds, epoch.GetProperty("images_per_second").GetDouble(), 1e-6);
        }
    }

    [Fact]
    public void The_summary_is_snake_case_throughout()
    {
        JsonElement root = Summary.Load(run.Directory).Root;
        string[] names = [.. root.EnumerateObject().Concat(root.GetProperty("epochs_detail")[0].EnumerateObject()).Select(entry => entry.Name)];
        Assert.All(names, name => Assert.Matches("^[a-z]+(_[a-z]+)*$", name));
    }

    [Fact]
    public void The_metrics_hold_a_row_an_epoch_with_the_numbers_of_the_summary()
    {
        string[] lines = File.ReadAllLines(Path.Combine(run.Directory, "metrics.csv"));
        Assert.Equal(
            "epoch,step,train_loss,train_accuracy,validation_loss,validation_accuracy,test_loss,test_accuracy,learning_rate,seconds,train_seconds,images_per_second",
            lines[0]);
        string[] columns = lines[0].Split(',');
        JsonElement[] epochs = Summary.Load(run.Directory).Epochs;
        Assert.Equal(2, lines.Length - 1);
        foreach ((string line, JsonElement epoch) in lines.Skip(1).Zip(epochs))
        {
            Assert.All(columns.Zip(line.Split(',')), cell =>
            {
                JsonElement number = epoch.GetProperty(cell.First);
                Assert.Equal(number.ValueKind == JsonValueKind.Null ? "" : number.GetRawText(), cell.Second);
            });
            Assert.Contains(",,", line);
        }
    }

    [Fact]
    public void The_batches_hold_rows_whose_means_are_those_of_the_epoch()
    {
        string[] lines = File.ReadAllLines(Path.Combine(run.Directory, "batches.csv"));
        Assert.Equal("epoch,batch,step,loss,accuracy,images_per_second,learning_rate", lines[0]);
        string[][] rows = [.. lines.Skip(1).Select(line => line.Split(','))];
        Assert.Equal(
            Enumerable.Range(1, 20).Select(row => $"{(row + 9) / 10},{(((row - 1) % 10) + 1) * 10},{row * 10}"), rows.Select(row => string.Join(',', row[..3])));
        Assert.All(rows, row => Assert.Equal("0.02", row[6]));
        JsonElement[] epochs = Summary.Load(run.Directory).Epochs;
        for (int epoch = 0; epoch < 2; epoch++)
        {
            // An epoch has 100 batches of one size, so the mean of its ten rows is its own.
            double Mean(int column) => rows.Skip(10 * epoch).Take(10).Average(row => double.Parse(row[column], CultureInfo.InvariantCulture));
            Assert.Equal(epochs[epoch].GetProperty("train_loss").GetDouble(), Mean(3), 1e-12);
            Assert.Equal(epochs[epoch].GetProperty("train_accuracy").GetDouble(), Mean(4), 1e-12);
        }
    }

    [Fact]
    public void The_config_holds_all_it_takes_to_do_it_again()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(run.Directory, "config.json")));
        JsonElement config = document.RootElement;
        Assert.Equal("reference", config.GetProperty("network").GetString());
        Assert.InRange(config.GetProperty("started").GetDateTimeOffset(), run.Begun, DateTimeOffset.Now);
        JsonElement options = config.GetProperty("options");
        JsonElement recipe = options.GetProperty("recipe");
        Assert.Equal((2, 4, 0.02f, 7ul), (
            recipe.GetProperty("epochs").GetInt32(),
            recipe.GetProperty("batch_size").GetInt32(),
            recipe.GetProperty("optimizer").GetProperty("learning_rate").GetSingle(),
            recipe.GetProperty("seed").GetUInt64()));
        Assert.Equal("train_loss", recipe.GetProperty("monitor").GetString());
        Assert.Equal(2, options.GetProperty("execution").GetProperty("threads").GetInt32());
        Assert.Equal(SimdTiers.Resolve(null).Name(), options.GetProperty("execution").GetProperty("tier").GetString());
        Assert.Equal(run.Data, options.GetProperty("dataset").GetProperty("path").GetString());
        Assert.Equal(50, options.GetProperty("checkpoint_every").GetInt32());
        Assert.Equal(Environment.ProcessorCount, config.GetProperty("machine").GetProperty("logical_processors").GetInt32());

        JsonElement data = config.GetProperty("data");
        byte[] train = [.. Enumerable.Range(1, 5).SelectMany(i => File.ReadAllBytes(Path.Combine(run.Data, $"data_batch_{i}.bin")))];
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(train)), data.GetProperty("train_sha256").GetString());
        byte[] test = File.ReadAllBytes(Path.Combine(run.Data, "test_batch.bin"));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(test)), data.GetProperty("test_sha256").GetString());
    }

    [Fact]
    public void The_checkpoints_are_the_state_dict_of_the_network_with_the_state_of_the_run()
    {
        WeightsFile last = RunFiles.Checkpoint(run.Directory, "last");
        WeightsFile weights = WeightsFile.Load(run.Directory);
        Assert.Equal(weights.Tensors, last.Tensors);
        Assert.True(weights.Data.SequenceEqual(last.Data), "the weights of the last checkpoint are not those of the run");
        Assert.Equal(("3", "0", "200"), (last.Metadata("epoch"), last.Metadata("batch"), last.Metadata("step")));
    }

    [Fact]
    public void The_weights_are_the_state_dict_of_the_network()
    {
        WeightsFile weights = WeightsFile.Load(run.Directory);
        Assert.Equal(
            [
                "0.weight 16,3,3,3", "0.bias 16", "2.weight 32,16,3,3", "2.bias 32", "5.weight 64,32,3,3", "5.bias 64",
                "7.weight 128,64,3,3", "7.bias 128", "11.weight 128,8192", "11.bias 128", "13.weight 10,128", "13.bias 10",
            ],
            weights.Tensors);
        Assert.Equal(1_147_434 * sizeof(float), weights.Data.Length);
        Assert.All(weights.Tensors, tensor =>
        {
            float[] values = weights.Values(tensor.Split(' ')[0]);
            Assert.All(values, value => Assert.InRange(value, -10, 10));
            Assert.True(values.Distinct().Count() > 1, $"all values of {tensor} are the same");
        });
        Assert.Equal(("200", "7", "cifar10"), (weights.Metadata("steps"), weights.Metadata("seed"), weights.Metadata("dataset")));
    }

    private static void AssertShareOf(int images, double share)
    {
        Assert.InRange(share, 0, 1);
        Assert.Equal(Math.Round(share * images), share * images, 1e-9);
    }

    [GeneratedRegex(@"^epoch \d/2 batch \d+/100 loss \d+\.\d{4} accuracy [01]\.\d{4} images/s \d+$")]
    private static partial Regex BatchLine();

    [GeneratedRegex(
        @"^epoch \d/2 done: train loss (?<train_loss>\d+\.\d{4}) train accuracy (?<train_accuracy>[01]\.\d{4})"
        + @" test loss (?<test_loss>\d+\.\d{4}) test accuracy (?<test_accuracy>[01]\.\d{4})"
        + @" seconds (?<seconds>\d+\.\d) images/s (?<images_per_second>\d+)$")]
    private static partial Regex EpochLine();
}
