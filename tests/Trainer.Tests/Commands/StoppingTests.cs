using CifarFast.Engine.Tests.Data;

namespace CifarFast.Trainer.Tests.Commands;

/// <summary>Runs that end by themselves before all is done, and what they judge by.</summary>
public sealed class StoppingTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();
    private readonly string _data;
    private readonly string _run;

    public StoppingTests()
    {
        _data = TinyCifar.WriteDirectory(_temporary.Below("data"), TinyCifar.Files(trainRecords: 20, testRecords: 20));
        _run = _temporary.Below("run");
    }

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void A_metric_that_does_not_improve_ends_the_run()
    {
        // Weights that hardly move classify as they did in the first epoch.
        Outcome outcome = Train("--lr", "1e-12", "--epochs", "50", "--validation-split", "0.2", "--patience", "3").Succeeded();

        Assert.Contains("stopped early: validation-accuracy has not improved since epoch 1", outcome.Lines);
        Assert.Contains("          80 images to train on, 20 to validate, 20 to test with", outcome.Lines);
        Summary summary = Summary.Load(_run);
        Assert.Equal(("early_stopped", "validation_accuracy"), (summary.Text("status"), summary.Text("monitor")));
        Assert.Equal((4, 1, 20), (summary.Number("epochs"), summary.Number("best_epoch"), summary.Number("validation_images")));
        Assert.Equal("1", RunFiles.Checkpoint(_run, "best").Metadata("best_epoch"));
        Assert.Equal("2", RunFiles.Checkpoint(_run, "best").Metadata("epoch"));
    }

    [Fact]
    public void More_patience_goes_on()
    {
        string[] still = ["--lr", "1e-12", "--epochs", "50", "--monitor", "train-accuracy"];
        Train([.. still, "--patience", "1"]).Succeeded();
        Assert.Equal(2, Summary.Load(_run).Number("epochs"));

        Cifarfast.Run("train", "--no-report", "--resume", _run).Succeeded();
        Assert.Equal(2, Summary.Load(_run).Number("epochs"));

        Cifarfast.Run("train", "--no-report", "--resume", _run, "--patience", "2").Succeeded();
        Assert.Equal(3, Summary.Load(_run).Number("epochs"));
        Assert.Equal("early_stopped", Summary.Load(_run).Text("status"));
    }

    [Fact]
    public void The_best_checkpoint_is_that_of_the_best_epoch()
    {
        Train("--epochs", "4", "--lr", "0.05", "--monitor", "validation-loss", "--validation-split", "0.5").Succeeded();
        Summary summary = Summary.Load(_run);
        double[] losses = summary.OfEpochs("validation_loss");
        int best = Array.IndexOf(losses, losses.Min()) + 1;
        Assert.Equal(best, summary.Number("best_epoch"));
        Assert.Equal($"{best + 1}", RunFiles.Checkpoint(_run, "best").Metadata("epoch"));
    }

    [Fact]
    public void Time_that_is_up_ends_the_run_so_that_it_can_go_on()
    {
        Outcome outcome = Train("--epochs", "1000000", "--max-time", "0.5s");
        outcome.EndedWith(ExitCode.Success, "stopped ", $"saved in {_run}; to go on:");
        Assert.EndsWith($" train --resume {_run}", outcome.Lines[^2]);
        Summary stopped = Summary.Load(_run);
        Assert.Equal("stopped", stopped.Text("status"));
        Assert.False(File.Exists(Path.Combine(_run, "weights.safetensors")));
        Assert.Equal(ExitCode.Success, Cifarfast.Run("train", "--no-report", "--resume", _run, "--max-time", "0.5s").ExitCode);
        Assert.True(Summary.Load(_run).Number("steps") > stopped.Number("steps"));
    }

    /// <summary>A step is an epoch, whose evaluation is given up each time, and made by the next start.</summary>
    [Fact]
    public void A_start_gets_on_by_a_step_however_little_time_it_has()
    {
        string[] little = ["--max-time", "0.001s"];
        Train(["--limit-train", "1", "--epochs", "3", .. little]).EndedWith(ExitCode.Success, "stopped in epoch 1 after batch 1 (step 1), saved in ");
        foreach (int step in (int[])[2, 3])
        {
            Cifarfast.Run(["train", "--no-report", "--resume", _run, .. little]).EndedWith(ExitCode.Success, $"stopped in epoch {step} after batch 1 (step {step}), saved in ");
        }

        Cifarfast.Run(["train", "--no-report", "--resume", _run, .. little]).Succeeded();
        Assert.Equal(("completed", 3), (Summary.Load(_run).Text("status"), Summary.Load(_run).Number("steps")));
    }

    [Theory]
    [InlineData("--monitor", "test-accuracy", "--monitor takes train-loss or train-accuracy or validation-loss or validation-accuracy, not 'test-accuracy'.")]
    [InlineData("--monitor", "validation-loss", "--monitor validation-loss needs a --validation-split")]
    [InlineData("--validation-split", "1", "--validation-split takes a number between 0 and 1, not '1'.")]
    [InlineData("--validation-split", "nan", "--validation-split takes a number between 0 and 1, not 'nan'.")]
    [InlineData("--patience", "0", "--patience takes a whole number from 1 to")]
    [InlineData("--checkpoint-every", "-1", "--checkpoint-every takes a whole number from 0 to")]
    [InlineData("--max-time", "5", "--max-time takes a duration such as 90s, 45m or 1h30m, of at most 49d, not '5'.")]
    [InlineData("--max-time", "0s", "--max-time takes a duration")]
    [InlineData("--max-time", "50d", "--max-time takes a duration")]
    [InlineData("--max-time", "1m1h", "--max-time takes a duration")]
    [InlineData("--max-time", "", "--max-time takes a duration")]
    public void What_makes_no_sense_is_refused(string option, string value, string message)
    {
        Train(option, value).EndedWith(ExitCode.Usage, message);
        Assert.False(Directory.Exists(_run));
    }

    [Theory]
    [InlineData("5400s")]
    [InlineData("5400.5s")]
    [InlineData("45m")]
    [InlineData("1h30m")]
    [InlineData("1d2h3m4s")]
    [InlineData("49d")]
    public void Durations_are_taken_as_people_write_them(string duration) => Train("--max-steps", "1", "--max-time", duration).Succeeded();

    [Fact]
    public void Checkpoints_can_be_left_to_the_ends_of_epochs()
    {
        Train("--epochs", "1", "--checkpoint-every", "0").Succeeded();
        Assert.Equal("0", RunFiles.Checkpoint(_run, "previous").Metadata("step"));
        Assert.Equal("100", RunFiles.Checkpoint(_run, "last").Metadata("step"));
    }

    private Outcome Train(params string[] options) =>
        Cifarfast.Run(["train", "--no-report", "--data", _data, "--batch-size", "1", "--out", _run, .. options]);
}
