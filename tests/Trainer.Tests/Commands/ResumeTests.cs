using System.Globalization;
using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Numerics;
using CifarFast.Engine.Tests.Checkpoints;
using CifarFast.Engine.Tests.Data;

namespace CifarFast.Trainer.Tests.Commands;

/// <summary>Runs that go on: from where, with which options, and to the same end.</summary>
public sealed class ResumeTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();
    private readonly string _data;

    public ResumeTests() => _data = TinyCifar.WriteDirectory(_temporary.Below("data"), TinyCifar.Files(trainRecords: 24, testRecords: 20));

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void A_run_with_more_epochs_ends_like_one_that_had_them_from_the_start()
    {
        Train("whole", "--epochs", "3").Succeeded();
        Train("run", "--epochs", "1").Succeeded();

        Outcome outcome = Resume(_temporary.Below("run"), "--epochs", "3", "--threads", "1").Succeeded();

        Assert.Equal($"run       {_temporary.Below("run")}, resumed after epoch 1 (step 60)", outcome.Lines[0]);
        AssertSameEnd("whole", "run");
        Assert.Equal(3, Summary.Load(_temporary.Below("run")).Number("epochs"));
    }

    [Fact]
    public void A_run_with_more_steps_ends_like_one_that_had_them_from_the_start()
    {
        Train("whole", "--max-steps", "100").Succeeded();
        Train("run", "--max-steps", "55").Succeeded();
        Assert.Single(RunFiles.Rows(_temporary.Below("run", "metrics.csv")), row => row.StartsWith("1,55,", StringComparison.Ordinal));

        Outcome outcome = Resume(_temporary.Below("run"), "--max-steps", "100").Succeeded();

        Assert.Equal($"run       {_temporary.Below("run")}, resumed in epoch 1 after batch 55 (step 55)", outcome.Lines[0]);
        AssertSameEnd("whole", "run");
    }

    [Fact]
    public void A_finished_run_is_only_finished_again()
    {
        Train("run").Succeeded();
        byte[] weights = File.ReadAllBytes(_temporary.Below("run", "weights.safetensors"));
        string[] metrics = File.ReadAllLines(_temporary.Below("run", "metrics.csv"));
        double speed = Summary.Load(_temporary.Below("run")).OfEpochs("images_per_second")[^1];

        Outcome outcome = Resume(_temporary.Below("run")).Succeeded();

        Assert.DoesNotContain(outcome.Lines, line => line.StartsWith("epoch", StringComparison.Ordinal));
        Assert.Equal(weights, File.ReadAllBytes(_temporary.Below("run", "weights.safetensors")));
        Assert.Equal(metrics, File.ReadAllLines(_temporary.Below("run", "metrics.csv")));
        Assert.Equal(speed, Summary.Load(_temporary.Below("run")).Number("images_per_second"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_limit_that_was_raised_stays_so_even_if_no_step_was_saved_since(bool isDamaged)
    {
        Train("run", "--max-steps", "3").Succeeded();
        string last = _temporary.Below("run", "checkpoints", "last.safetensors");
        byte[] begun = File.ReadAllBytes(last);
        Resume(_temporary.Below("run"), "--max-steps", "5").Succeeded();
        File.WriteAllBytes(last, begun);
        if (isDamaged)
        {
            File.WriteAllText(_temporary.Below("run", "config.json"), "{ \"started\": 1 ");
        }

        Resume(_temporary.Below("run")).Succeeded();
        Assert.Equal(isDamaged ? 3 : 5, Summary.Load(_temporary.Below("run")).Number("steps"));
    }

    [Theory]
    [InlineData("--lr", "0.5", "0.02")]
    [InlineData("--batch-size", "3", "2")]
    [InlineData("--momentum", "0.5", "0.9")]
    [InlineData("--weight-decay", "0.5", "0")]
    [InlineData("--seed", "8", "7")]
    [InlineData("--dataset", "cifar10", "auto")]
    [InlineData("--kernels", "naive", "fast")]
    [InlineData("--convolution", "direct", "auto")]
    [InlineData("--balance", "weights", "none")]
    [InlineData("--freeze", "0.", "none")]
    [InlineData("--limit-train", "8", "none")]
    [InlineData("--limit-test", "8", "none")]
    [InlineData("--validation-split", "0.1", "none")]
    [InlineData("--monitor", "train-accuracy", "train-loss")]
    public void Options_that_would_make_another_run_of_it_are_refused(string option, string value, string begun)
    {
        Train("run", "--max-steps", "3").Succeeded();
        string[] before = Contents("run");
        Resume(_temporary.Below("run"), option, value).EndedWith(
            ExitCode.Usage, $"{option} {value}: the run was begun with {begun}, and with another value it would be another run; leave the option out");
        Assert.Equal(before, Contents("run"));
    }

    [Fact]
    public void Nesterov_is_refused_where_the_run_had_none() =>
        AssertRefused(["--nesterov"], "--nesterov true: the run was begun with false");

    [Theory]
    [InlineData("--epochs", "1", "2")]
    [InlineData("--max-steps", "2", "3")]
    [InlineData("--patience", "3", "none")]
    public void Limits_can_be_raised_but_not_lowered(string option, string value, string begun) =>
        AssertRefused([option, value], $"{option} {value}: the run was begun with {begun}, which can be raised but not lowered");

    [Fact]
    public void Options_of_the_same_value_are_no_change()
    {
        Train("run", "--max-steps", "3").Succeeded();
        Resume(
            _temporary.Below("run"),
            "--lr", "0.02", "--momentum", "0.9", "--seed", "7", "--epochs", "2", "--max-steps", "4", "--batch-size", "2", "--checkpoint-every", "1").Succeeded();
        Assert.Equal(4, Summary.Load(_temporary.Below("run")).Number("steps"));
    }

    [Fact]
    public void It_keeps_the_way_to_compute_convolutions()
    {
        Train("whole", "--max-steps", "4", "--convolution", "direct").Succeeded();
        Train("auto", "--max-steps", "4").Succeeded();
        Train("run", "--max-steps", "3", "--convolution", "direct").Succeeded();

        Outcome outcome = Resume(_temporary.Below("run"), "--max-steps", "4").Succeeded();

        Assert.Contains(outcome.Lines, line => line.Contains(", direct convolutions, ", StringComparison.Ordinal));
        AssertSameEnd("whole", "run");
        Assert.NotEqual(RunFiles.Tensors(_temporary.Below("auto")), RunFiles.Tensors(_temporary.Below("run")));
    }

    [Fact]
    public void On_another_tier_it_has_the_same_results()
    {
        Train("whole", "--max-steps", "4").Succeeded();
        Train("run", "--max-steps", "3", "--simd", "scalar").Succeeded();

        Outcome outcome = Resume(_temporary.Below("run"), "--max-steps", "4", "--simd", "vector128").Succeeded();

        Assert.Contains(outcome.Lines, line => line.StartsWith("compute   fast kernels on vector128", StringComparison.Ordinal));
        AssertSameEnd("whole", "run");
    }

    [Fact]
    public void A_run_of_another_numerics_version_goes_on_only_when_that_is_wanted()
    {
        Train("run", "--max-steps", "3").Succeeded();
        string last = _temporary.Below("run", "checkpoints", "last.safetensors");
        Edit(last, header => header.Replace($"\"numerics_version\":\"{NumericsVersion.Current}\"", "\"numerics_version\":\"9\"", StringComparison.Ordinal));

        Resume(_temporary.Below("run"), "--max-steps", "4").EndedWith(
            ExitCode.Failure, $"{last} is of numerics version 9, and this program computes by version {NumericsVersion.Current}", "to go on all the same, add --accept-numerics");
        string marked = $"WARNING: the run has steps of the numerics versions {NumericsVersion.Current} and 9";
        Resume(_temporary.Below("run"), "--max-steps", "4", "--accept-numerics").EndedWith(ExitCode.Success, marked);

        Assert.Contains("\"numerics_versions\":", File.ReadAllText(_temporary.Below("run", "config.json")), StringComparison.Ordinal);
        Resume(_temporary.Below("run"), "--max-steps", "5").EndedWith(ExitCode.Success, marked);
        Cifarfast.Run("train", "--accept-numerics", "--data", _data).EndedWith(ExitCode.Usage, "--accept-numerics needs a --resume");
    }

    /// <summary>The first version of this program did not say how it computes.</summary>
    [Fact]
    public void A_run_of_the_first_version_is_of_the_first_numerics_and_still_a_model()
    {
        Train("run", "--max-steps", "3").Succeeded();
        string last = _temporary.Below("run", "checkpoints", "last.safetensors");
        string version = $"\"numerics_version\":\"{NumericsVersion.Current}\"";
        Edit(last, header => header.Replace($",{version}", "", StringComparison.Ordinal).Replace($"{version},", "", StringComparison.Ordinal));

        Resume(_temporary.Below("run"), "--max-steps", "4").EndedWith(ExitCode.Failure, $"{last} is of numerics version 1");
        Cifarfast.Run("eval", last, "--data", _data).Succeeded();
        Cifarfast.Run("train", "--init", last, "--data", _data, "--max-steps", "1", "--no-report", "--out", _temporary.Below("other")).Succeeded();
    }

    [Fact]
    public void With_a_folder_of_its_own_it_leaves_the_old_run_as_it_was()
    {
        Train("whole", "--epochs", "3").Succeeded();
        Train("run").Succeeded();
        string[] before = Contents("run");

        Resume(_temporary.Below("run"), "--epochs", "3", "--out", _temporary.Below("fork")).Succeeded();

        Assert.Equal(before, Contents("run"));
        AssertSameEnd("whole", "fork");
    }

    [Fact]
    public void To_go_back_takes_a_folder_of_its_own()
    {
        // Where a checkpoint waits for a slow disk, it may fall on the last step of an epoch; those of the ends are never one.
        Train("run", "--checkpoint-every", "0").Succeeded();
        string previous = _temporary.Below("run", "checkpoints", "previous.safetensors");
        long step = Checkpoint.Read(previous).State.Step;
        string[] before = Contents("run");

        Resume(previous).EndedWith(
            ExitCode.Failure, $"'{previous}' is of step {step}, but the run is at step 120; to go back, give the run another folder with --out");
        Assert.Equal(before, Contents("run"));

        Resume(previous, "--out", _temporary.Below("fork")).Succeeded();
        AssertSameEnd("run", "fork");
    }

    [Fact]
    public void A_checkpoint_on_its_own_takes_a_folder_to_go_on_in()
    {
        Train("run", "--max-steps", "70").Succeeded();
        Train("whole", "--max-steps", "90").Succeeded();
        string alone = _temporary.Below("alone.safetensors");
        File.Copy(_temporary.Below("run", "checkpoints", "last.safetensors"), alone);

        Resume(alone).EndedWith(ExitCode.Failure, $"'{alone}' lies in no run's folder; say with --out where the run is to go on");
        Resume(alone, "--max-steps", "90", "--out", _temporary.Below("fork")).Succeeded();
        Assert.Equal(RunFiles.Tensors(_temporary.Below("whole")), RunFiles.Tensors(_temporary.Below("fork")));
    }

    [Fact]
    public void Its_last_checkpoint_stands_for_the_run()
    {
        Train("run", "--max-steps", "3").Succeeded();
        Resume(_temporary.Below("run", "checkpoints", "last.safetensors"), "--max-steps", "4").Succeeded();
        Assert.Equal(4, Summary.Load(_temporary.Below("run")).Number("steps"));
    }

    [Fact]
    public void Other_images_are_refused_and_the_same_ones_elsewhere_are_not()
    {
        Train("run", "--max-steps", "3").Succeeded();
        string moved = _temporary.Below("moved");
        Directory.Move(_data, moved);
        string other = TinyCifar.WriteDirectory(_temporary.Below("other"), TinyCifar.Files(trainRecords: 25, testRecords: 20));

        Resume(_temporary.Below("run"), "--data", other).EndedWith(
            ExitCode.Failure, $"the images ({other}) are not those the run was begun with ({_data}); say with --data where those are");
        Resume(_temporary.Below("run"), "--data", moved, "--max-steps", "4").Succeeded();
        Resume(_temporary.Below("run"), "--max-steps", "5").Succeeded();
    }

    [Fact]
    public void A_run_on_drawn_images_draws_them_again()
    {
        string path = _temporary.Below("run");
        string[] small = ["--limit-train", "64", "--limit-test", "8", "--max-steps", "1"];
        Cifarfast.Run(["train", "--no-report", "--dataset", "synthetic", "--seed", "3", "--out", path, .. small]).Succeeded();
        Outcome outcome = Resume(path, "--max-steps", "2").Succeeded();
        Assert.Contains("data      synthetic, drawn from seed 3", outcome.Lines);
    }

    [Fact]
    public void What_does_not_exist_is_named()
    {
        string nowhere = _temporary.Below("nowhere");
        Resume(nowhere).EndedWith(ExitCode.Failure, $"--resume: '{nowhere}' does not exist; name a run's folder, a checkpoint, or latest");
        string[] before = Directory.GetFileSystemEntries(_data);
        Resume(_data).EndedWith(ExitCode.Failure, $"--resume: '{_data}' has no checkpoint", "begin the run again without --resume");
        Assert.Equal(before, Directory.GetFileSystemEntries(_data));
        string file = Path.Combine(_data, "test_batch.bin");
        Resume(file, "--out", _temporary.Below("fork")).EndedWith(ExitCode.Failure, $"{file} is damaged, or no safetensors file");
        Assert.False(Directory.Exists(_temporary.Below("fork")));
    }

    [Fact]
    public void A_directory_may_happen_to_be_called_checkpoints()
    {
        Train("run", "--max-steps", "3").Succeeded();
        Directory.CreateDirectory(_temporary.Below("checkpoints"));
        string alone = _temporary.Below("checkpoints", "alone.safetensors");
        File.Copy(_temporary.Below("run", "checkpoints", "last.safetensors"), alone);
        string[] before = Directory.GetFileSystemEntries(_temporary.Path);
        Resume(alone).EndedWith(ExitCode.Failure, $"'{alone}' lies in no run's folder; say with --out where the run is to go on");
        Assert.Equal(before.Order(), Directory.GetFileSystemEntries(_temporary.Path).Order());
    }

    [Theory]
    [InlineData("\"epochs\": 2", "\"epochs\": 1", 2)]
    [InlineData("\"epochs\": 2", "\"epochs\": 0", 2)]
    [InlineData("\"epochs\": 2", "\"epochs\": 3", 3)]
    [InlineData("{", "", 2)]
    public void The_config_can_raise_limits_but_not_lower_them_and_may_be_damaged(string before, string after, int epochs)
    {
        Train("run", "--epochs", "2").Succeeded();
        string config = _temporary.Below("run", "config.json");
        string text = File.ReadAllText(config);
        int place = text.IndexOf(before, StringComparison.Ordinal);
        File.WriteAllText(config, text[..place] + after + text[(place + before.Length)..]);
        Resume(_temporary.Below("run")).Succeeded();
        Assert.Equal(epochs, Summary.Load(_temporary.Below("run")).Number("epochs"));
    }

    [Fact]
    public async Task A_link_stands_for_its_checkpoint()
    {
        Train("run", "--max-steps", "3").Succeeded();
        try
        {
            File.CreateSymbolicLink(_temporary.Below("link.safetensors"), Path.Combine("run", "checkpoints", "last.safetensors"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Assert.Skip("this user may not make links");
        }

        Outcome outcome = await RunInOwnProcessAsync("eval", "--checkpoint", "link.safetensors", "--data", _data);
        outcome.Succeeded();
    }

    [Fact]
    public void Weights_alone_are_no_run()
    {
        Train("run", "--max-steps", "3").Succeeded();
        string weights = _temporary.Below("run", "weights.safetensors");
        Resume(weights, "--out", _temporary.Below("fork")).EndedWith(ExitCode.Failure, $"{weights} is no checkpoint of a run");
    }

    [Fact]
    public async Task Latest_is_the_run_that_was_saved_last_and_a_bare_name_is_one_of_the_runs()
    {
        foreach (string name in new[] { "second", "first" })
        {
            Outcome begun = await RunInOwnProcessAsync(["train", "--no-report", "--data", _data, "--batch-size", "2", "--max-steps", "3", "--out", Path.Combine("runs", name)]);
            begun.Succeeded();
        }

        string last = _temporary.Below("runs", "second", "checkpoints", "last.safetensors");
        File.SetLastWriteTimeUtc(last, DateTime.UtcNow.AddMinutes(1));
        Outcome latest = await RunInOwnProcessAsync("train", "--no-report", "--resume", "latest", "--max-steps", "4");
        Assert.StartsWith($"run       {Path.Combine("runs", "second")}, resumed", latest.Succeeded().Lines[0]);

        Outcome named = await RunInOwnProcessAsync("train", "--no-report", "--resume", "first", "--max-steps", "4");
        Assert.StartsWith($"run       {Path.Combine("runs", "first")}, resumed", named.Succeeded().Lines[0]);
    }

    [Fact]
    public async Task Latest_needs_a_run()
    {
        Outcome outcome = await RunInOwnProcessAsync("train", "--no-report", "--resume", "latest");
        outcome.EndedWith(ExitCode.Failure, "--resume latest: there is no run with a checkpoint in 'runs'");
    }

    private static void Edit(string checkpoint, Func<string, string> edit)
    {
        var file = RawSafetensors.Of(File.ReadAllBytes(checkpoint));
        string header = edit(file.Header);
        Assert.NotEqual(file.Header, header);
        File.WriteAllBytes(checkpoint, (file with { Header = header }).ToBytes());
    }

    private void AssertRefused(string[] options, string message)
    {
        Train("run", "--max-steps", "3").Succeeded();
        string[] before = Contents("run");
        Resume(_temporary.Below("run"), options).EndedWith(ExitCode.Usage, message);
        Assert.Equal(before, Contents("run"));
    }

    private Outcome Train(string name, params string[] options)
    {
        string[] epochs = options.Contains("--epochs") ? [] : ["--epochs", "2"];
        string[] every = options.Contains("--checkpoint-every") ? [] : ["--checkpoint-every", "7"];
        return Cifarfast.Run(
            [
                "train", "--no-report", "--data", _data, "--batch-size", "2", "--lr", "0.02", "--momentum", "0.9", "--seed", "7",
                "--out", _temporary.Below(name), .. epochs, .. every, .. options,
            ]);
    }

    private static Outcome Resume(string target, params string[] options) => Cifarfast.Run(["train", "--no-report", "--resume", target, .. options]);

    private Task<Outcome> RunInOwnProcessAsync(params string[] args) => CifarfastProcess.RunAsync(_temporary.Path, [], args);

    /// <summary>All files of a run with when they were written.</summary>
    private string[] Contents(string name) =>
    [
        .. Directory.GetFiles(_temporary.Below(name), "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(file => string.Create(CultureInfo.InvariantCulture, $"{file} {new FileInfo(file).Length} {File.GetLastWriteTimeUtc(file):O}")),
    ];

    private void AssertSameEnd(string one, string other) => RunFiles.AssertSameEnd(_temporary.Below(one), _temporary.Below(other));
}
