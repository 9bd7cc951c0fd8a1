using System.Globalization;
using System.Text.Json;
using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Data;
using CifarFast.Engine.Training;

namespace CifarFast.Trainer.Tests.Commands;

/// <summary>What <c>eval</c> says of a run, and runs that begin with the weights of another.</summary>
public sealed class EvalTests(TrainedRun run) : IClassFixture<TrainedRun>, IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void The_last_checkpoint_has_the_figures_of_the_last_epoch()
    {
        string json = _temporary.Below("figures.json");
        string last = Path.Combine(run.Directory, "checkpoints", "last.safetensors");
        Outcome outcome = Cifarfast.Run("eval", "--checkpoint", last, "--json", json).Succeeded();
        Summary summary = Summary.Load(run.Directory);
        using var figures = JsonDocument.Parse(File.ReadAllBytes(json));
        Assert.Equal(summary.OfEpochs("test_loss")[^1], figures.RootElement.GetProperty("loss").GetDouble());
        Assert.Equal(summary.OfEpochs("test_accuracy")[^1], figures.RootElement.GetProperty("accuracy").GetDouble());
        Assert.Equal(TrainedRun.TestImages, figures.RootElement.GetProperty("images").GetInt32());
        int[] matrix = [.. figures.RootElement.GetProperty("confusion_matrix").EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(cell => cell.GetInt32())];
        Assert.Equal((100, TrainedRun.TestImages), (matrix.Length, matrix.Sum()));

        Assert.Equal($"model     {last}, reference", outcome.Lines[0]);
        Assert.Equal($"data      cifar10, {run.Data}, test images", outcome.Lines[1]);
        string accuracy = (summary.OfEpochs("test_accuracy")[^1] * 100).ToString("F2", CultureInfo.InvariantCulture);
        Assert.Contains(outcome.Lines, line => line.StartsWith($"accuracy {accuracy}%", StringComparison.Ordinal));
        Assert.All(outcome.Lines, line => Assert.InRange(line.Length, 0, Math.Max(80, outcome.Lines[1].Length)));
    }

    [Fact]
    public void Weights_and_a_run_s_folder_stand_for_a_model_too()
    {
        string weights = Path.Combine(run.Directory, "weights.safetensors");
        string last = Path.Combine(run.Directory, "checkpoints", "last.safetensors");
        string[] images = ["--data", run.Data, "--split", "train", "--limit", "50"];
        string[] ofWeights = Cifarfast.Run(["eval", "--checkpoint", weights, .. images]).Succeeded().Lines[1..];
        string[] ofLast = Cifarfast.Run(["eval", "--checkpoint", last, .. images]).Succeeded().Lines[1..];
        Assert.Equal(ofLast, ofWeights);
        Assert.Equal($"data      cifar10, {run.Data}, train images", ofWeights[0]);
        Assert.Contains(" in 50 images", ofWeights[2]);

        string best = Path.Combine(run.Directory, "checkpoints", "best.safetensors");
        Assert.Equal($"model     {best}, reference", Cifarfast.Run("eval", "--checkpoint", run.Directory).Succeeded().Lines[0]);
        foreach (string[] args in new string[][] { ["eval", run.Directory, .. images], ["eval", .. images, run.Directory], ["eval", best, .. images] })
        {
            Assert.Equal([$"model     {best}, reference", .. ofWeights[..1]], Cifarfast.Run(args).Succeeded().Lines[..2]);
        }
    }

    [Fact]
    public void The_figures_alone_are_on_standard_output_where_they_are_wanted_there()
    {
        string json = _temporary.Below("figures.json");
        Cifarfast.Run("eval", run.Directory, "--json", json).Succeeded();
        Outcome outcome = Cifarfast.Run("eval", run.Directory, "--json", "-").Succeeded();
        Assert.Equal("", outcome.Output);
        Assert.Equal(File.ReadAllBytes(json), outcome.Bytes);
    }

    [Fact]
    public void A_split_is_measured_without_the_files_of_the_other()
    {
        foreach ((string split, string other) in new[] { ("test", "data_batch_*"), ("train", "test_batch.bin") })
        {
            string data = RunCopy.MakeData(_temporary.Below(split), TinyCifar.ClassNames);
            string[] command = ["eval", "--checkpoint", run.Directory, "--split", split, "--data"];
            string[] expected = Cifarfast.Run([.. command, data]).Succeeded().Lines;
            Array.ForEach(Directory.GetFiles(data, other), File.Delete);
            Assert.Equal(expected, Cifarfast.Run([.. command, data]).Succeeded().Lines);
            string lacking = split == "test" ? "train" : "test";
            Cifarfast.Run("eval", "--checkpoint", run.Directory, "--split", lacking, "--data", data)
                .EndedWith(ExitCode.Failure, $"--data: {data} lacks ", lacking == "test" ? "test_batch.bin" : "data_batch_1.bin, data_batch_2.bin");
        }
    }

    [Fact]
    public void What_is_no_model_is_named()
    {
        string nowhere = _temporary.Below("nowhere");
        Cifarfast.Run("eval", "--checkpoint", nowhere).EndedWith(ExitCode.Failure, $"{nowhere} does not exist");
        Cifarfast.Run("eval", "--checkpoint", run.Data).EndedWith(ExitCode.Failure, $"--checkpoint: '{run.Data}' has no checkpoint");
        Cifarfast.Run("eval", run.Data).EndedWith(ExitCode.Failure, $"cifarfast: '{run.Data}' has no checkpoint");
        Cifarfast.Run("eval").EndedWith(ExitCode.Usage, "eval needs a model. See 'cifarfast eval --help'.");
        Cifarfast.Run("eval", run.Directory, "--checkpoint", nowhere).EndedWith(
            ExitCode.Usage, $"the model is named twice, '{run.Directory}' and --checkpoint '{nowhere}'; name it once");
        Cifarfast.Run("eval", run.Directory, run.Directory).EndedWith(ExitCode.Usage, $"Unknown argument '{run.Directory}'");
        string last = Path.Combine(run.Directory, "checkpoints", "last.safetensors");
        Cifarfast.Run("eval", "--checkpoint", last, "--split", "validation").EndedWith(ExitCode.Usage, "--split takes test or train, not 'validation'.");
        Cifarfast.Run("eval", "--checkpoint", last, "--data", nowhere).EndedWith(ExitCode.Failure, "--data: ", "does not exist");
    }

    [Fact]
    public void Outputs_that_are_no_numbers_are_not_judged()
    {
        using var network = new Network(NetworkCatalog.Reference(), new ExecutionOptions(), batchSize: 1, seed: 1);
        foreach (Parameter parameter in network.Parameters)
        {
            parameter.CopyFrom([.. Enumerable.Repeat(3e38f, parameter.Shape.Count)]);
        }

        string huge = _temporary.Below("huge.safetensors");
        Safetensors.Save(huge, network, new Dictionary<string, string>());
        Cifarfast.Run("eval", "--checkpoint", huge, "--data", run.Data).EndedWith(ExitCode.Failure, huge, "is no number");
    }

    [Fact]
    public void A_run_can_begin_with_weights()
    {
        string begun = _temporary.Below("begun");
        Outcome outcome = Cifarfast.Run(
            "train", "--no-report", "--data", run.Data, "--init", run.Directory, "--lr", "1e-30", "--max-steps", "1", "--batch-size", "1", "--out", begun).Succeeded();
        string best = Path.Combine(run.Directory, "checkpoints", "best.safetensors");
        Assert.Contains($"weights   {best}", outcome.Lines);
        Assert.True(
            WeightsFile.Read(best).Data.SequenceEqual(WeightsFile.Load(begun).Data), "a step with no learning rate to speak of changed the weights");

        Cifarfast.Run("train", "--no-report", "--resume", begun, "--max-steps", "2").Succeeded();
        Cifarfast.Run("train", "--no-report", "--data", run.Data, "--init", _temporary.Below("nowhere"), "--out", _temporary.Below("other"))
            .EndedWith(ExitCode.Failure, "nowhere does not exist");
    }

    [Theory]
    [InlineData("--init")]
    [InlineData("--resume")]
    public void Weights_that_are_of_no_use_are_found_before_images_are_loaded(string option)
    {
        string weights = _temporary.Below("weights.safetensors");
        using (var other = new Network(new Architecture("reference", new Shape(4), [new Linear(4, 2)]), new ExecutionOptions(), batchSize: 1, seed: 1))
        {
            Checkpoint.Save(weights, other, new TrainingState(), new Dictionary<string, string>());
        }

        string made = _temporary.Below("made");
        string archive = _temporary.Below("empty.tar.gz");
        File.WriteAllBytes(archive, []);
        Cifarfast.Run("train", option, weights, "--data", archive, "--out", made).EndedWith(ExitCode.Failure, weights);
        Assert.False(Directory.Exists(made));
    }
}
