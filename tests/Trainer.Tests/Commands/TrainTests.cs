using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Tests.Data;

namespace CifarFast.Trainer.Tests.Commands;

/// <summary>Runs of <c>train</c> with options that change what happens.</summary>
public sealed class TrainTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();
    private readonly string _data;

    public TrainTests() => _data = TinyCifar.WriteDirectory(_temporary.Below("data"), TinyCifar.Files(trainRecords: 40, testRecords: 20));

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Trains_on_drawn_images()
    {
        string path = _temporary.Below("run");
        Outcome outcome = Cifarfast.Run(
            "train", "--no-report", "--dataset", "synthetic", "--limit-train", "640", "--limit-test", "100", "--epochs", "2", "--seed", "3", "--out", path).Succeeded();
        Assert.Equal("data      synthetic, drawn from seed 3", outcome.Lines[1]);
        Assert.Equal("          640 images to train on, 100 to test with", outcome.Lines[2]);
        Summary summary = Summary.Load(path);
        Assert.Equal("synthetic", summary.Text("dataset"));
        Assert.Equal((640, 100, 20), (summary.Number("train_images"), summary.Number("test_images"), summary.Number("steps")));
    }

    [Fact]
    public void The_number_of_threads_changes_nothing_but_the_time()
    {
        Summary one = Train("one", "--threads", "1");
        Summary two = Train("two", "--threads", "2");
        Assert.Equal((1, 2), (one.Number("threads"), two.Number("threads")));
        Assert.Equal(one.OfEpochs("train_loss"), two.OfEpochs("train_loss"));
        Assert.Equal(one.OfEpochs("test_loss"), two.OfEpochs("test_loss"));
        AssertSameWeights("one", "two");
    }

    [Fact]
    public void Another_seed_gives_other_weights()
    {
        Train("one", "--seed", "1");
        Train("two", "--seed", "2");
        Assert.False(Weights("one").Data.SequenceEqual(Weights("two").Data));
    }

    [Fact]
    public void Max_steps_ends_the_run_within_an_epoch()
    {
        Summary summary = Train("run", "--batch-size", "20", "--max-steps", "13");
        Assert.Equal((2, 13), (summary.Number("epochs"), summary.Number("steps")));
        Assert.Equal("13", Weights("run").Metadata("steps"));
    }

    [Fact]
    public void A_run_shorter_than_a_row_of_batches_has_one_and_its_curves()
    {
        Train("run", "--batch-size", "2", "--max-steps", "3");
        Assert.StartsWith("1,3,3,", Assert.Single(RunFiles.Rows(_temporary.Below("run", "batches.csv"))));
        Cifarfast.Run("report", _temporary.Below("run")).Succeeded();
        Assert.True(File.Exists(_temporary.Below("run", "pictures", "loss-batches.png")));
    }

    [Fact]
    public void Of_one_there_is_no_plural()
    {
        string run = _temporary.Below("run");
        string[] one = [.. new[] { "--epochs", "--batch-size", "--threads", "--max-steps", "--limit-train", "--limit-test" }.SelectMany(option => new[] { option, "1" })];
        Outcome outcome = Cifarfast.Run(["train", "--data", _data, "--out", run, .. one]).Succeeded();
        Assert.Contains("          1 image to train on, 1 to test with", outcome.Lines);

        string page = Regex.Replace(Regex.Replace(File.ReadAllText(Path.Combine(run, "report.html")), "<style.*</style>", "", RegexOptions.Singleline), "<[^>]*>", " ");
        Assert.Contains("1 epoch, at most 1 step, batches of 1", page);

        // "seconds 0.1 images/s 41" has another number, and images a second.
        Assert.DoesNotMatch(@"(?<!\.)\b1 +(\w+ )?(images|epochs|steps|batches|threads|errors)\b(?!/)", outcome.Output + page);
    }

    [Fact]
    public void A_batch_larger_than_the_set_is_the_whole_set()
    {
        Summary large = Train("large", "--batch-size", "16384");
        Assert.Equal((2, 16384), (large.Number("steps"), large.Number("batch_size")));
        Train("whole", "--batch-size", "200");
        AssertSameWeights("large", "whole");
    }

    [Fact]
    public void Limits_beyond_the_set_take_all_of_it()
    {
        Summary summary = Train("run", "--limit-train", "1000000", "--limit-test", "1000000");
        Assert.Equal((200, 20), (summary.Number("train_images"), summary.Number("test_images")));
    }

    [Fact]
    public void The_recipe_reaches_the_weights()
    {
        string[][] recipes =
        [
            [],
            ["--lr", "0.05"],
            ["--momentum", "0.9"],
            ["--momentum", "0.9", "--nesterov"],
            ["--weight-decay", "0.1"],
            ["--batch-size", "32"],
        ];
        for (int i = 0; i < recipes.Length; i++)
        {
            Train($"{i}", ["--limit-train", "96", "--limit-test", "1", .. recipes[i]]);
            Assert.All(Enumerable.Range(0, i), other => Assert.False(Weights($"{i}").Data.SequenceEqual(Weights($"{other}").Data)));
        }
    }

    [Fact]
    public void Naive_kernels_train_like_the_fast_ones()
    {
        string[] options = ["--limit-train", "2", "--limit-test", "1"];
        Summary naive = Train("naive", [.. options, "--kernels", "naive"]);
        Summary fast = Train("fast", options);
        Assert.Equal(("naive", "none"), (naive.Text("kernels"), naive.Text("simd")));
        Assert.All(naive.OfEpochs("train_loss").Zip(fast.OfEpochs("train_loss")), pair => Assert.Equal(1, pair.Second / pair.First, 1e-4));
    }

    [Fact]
    public void A_run_that_diverges_says_when_and_what_to_do_and_keeps_what_was_good()
    {
        string path = _temporary.Below("run");
        Outcome outcome = Run("run", "--lr", "1e30");
        Summary summary = Summary.Load(path);
        string step = summary.Number("steps").ToString(CultureInfo.InvariantCulture);
        outcome.EndedWith(ExitCode.Failure, $"no longer a finite number at step {step};", "a lower --lr than 1E+30 may help", path, "holds step 0");
        Assert.Equal("diverged", summary.Text("status"));
        Assert.Equal(JsonValueKind.Null, summary.Root.GetProperty("final_train_loss").ValueKind);
        Assert.False(File.Exists(Path.Combine(path, "weights.safetensors")), "weights that are no numbers were saved");
    }

    [Fact]
    public void A_run_that_diverges_after_a_while_keeps_its_last_finite_checkpoint()
    {
        // Momentum that hardly fades makes the weights swing wider and wider around 0, to which the decay draws them.
        string path = _temporary.Below("run");
        Outcome outcome = Run("run", "--batch-size", "4", "--lr", "0.02", "--momentum", "0.99", "--weight-decay", "10", "--checkpoint-every", "1");
        long step = (long)Summary.Load(path).Number("steps");
        var last = Checkpoint.Read(Path.Combine(path, "checkpoints", "last.safetensors"));
        outcome.EndedWith(ExitCode.Failure, $"no longer a finite number at step {step};", $"holds step {last.State.Step})");
        Assert.InRange(last.State.Step, 0, step - 1);
        Assert.InRange(step, 20, 80);
        WeightsFile weights = WeightsFile.Read(last.Path);
        Assert.True(MemoryMarshal.Cast<byte, float>(weights.Data).ToArray().All(float.IsFinite), "the last checkpoint has numbers that are not finite");
    }

    private Outcome Run(string name, params string[] options) =>
        Cifarfast.Run(["train", "--no-report", "--data", _data, "--epochs", "2", "--out", _temporary.Below(name), .. options]);

    private Summary Train(string name, params string[] options)
    {
        Run(name, options).Succeeded();
        return Summary.Load(_temporary.Below(name));
    }

    private WeightsFile Weights(string name) => WeightsFile.Load(_temporary.Below(name));

    private void AssertSameWeights(string one, string other) =>
        Assert.True(Weights(one).Data.SequenceEqual(Weights(other).Data), $"the weights of '{one}' and '{other}' differ");
}
