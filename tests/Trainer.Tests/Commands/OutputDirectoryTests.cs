using CifarFast.Engine.Tests.Data;

namespace CifarFast.Trainer.Tests.Commands;

/// <summary>Where a run's files go, and that nothing of value is in danger there.</summary>
public sealed class OutputDirectoryTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();
    private readonly string _data;

    public OutputDirectoryTests() => _data = TinyCifar.WriteDirectory(_temporary.Below("data"));

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void A_directory_below_a_file_cannot_be_made()
    {
        string file = _temporary.Below("file");
        File.WriteAllText(file, "in the way");
        foreach (string path in new[] { file, Path.Combine(file, "run") })
        {
            Run(path).EndedWith(ExitCode.Failure, $"--out: cannot write to '{path}'", "Name a directory that can be written to.");
        }

        Assert.Equal("in the way", File.ReadAllText(file));
    }

    [Fact]
    public void A_name_that_no_file_system_takes_leaves_no_directory_above_it()
    {
        string path = _temporary.Below("made", new string('x', 5000));
        Run(path).EndedWith(ExitCode.Failure, "--out: cannot write to", "Name a directory that can be written to.");
        Assert.False(Directory.Exists(_temporary.Below("made")));
    }

    [Theory]
    [InlineData("summary.json")]
    [InlineData("weights.safetensors")]
    [InlineData("metrics.csv")]
    [InlineData("batches.csv")]
    [InlineData("config.json")]
    public void An_earlier_run_is_never_overwritten(string kept)
    {
        string path = _temporary.Below("run");
        Run(path).Succeeded();
        foreach (string file in Directory.GetFiles(path).Where(file => Path.GetFileName(file) != kept))
        {
            File.Delete(file);
        }

        Directory.Delete(Path.Combine(path, "checkpoints"), recursive: true);
        byte[] before = File.ReadAllBytes(Path.Combine(path, kept));
        Run(path).EndedWith(ExitCode.Failure, $"--out: '{path}' holds an earlier run ({kept})", "name another directory, or go on with it: --resume");
        Assert.Equal([".lock", kept], Directory.GetFileSystemEntries(path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(path, kept)));
    }

    [Fact]
    public void A_run_that_was_killed_before_its_first_checkpoint_can_be_begun_again()
    {
        string path = _temporary.Below("run");
        Directory.CreateDirectory(Path.Combine(path, "checkpoints"));
        File.WriteAllText(Path.Combine(path, ".lock"), "");
        File.WriteAllText(Path.Combine(path, "checkpoints", "last.safetensors.tmp"), "half of a checkp");
        Run(path).Succeeded();
        Assert.Empty(Directory.GetFiles(path, "*.tmp", SearchOption.AllDirectories));
    }

    [Fact]
    public void Checkpoints_alone_are_an_earlier_run()
    {
        string path = _temporary.Below("run");
        string kept = Path.Combine(path, "checkpoints", "previous.safetensors");
        Directory.CreateDirectory(Path.Combine(path, "checkpoints"));
        File.WriteAllText(kept, "weeks of work");
        Run(path).EndedWith(ExitCode.Failure, $"--out: '{path}' holds an earlier run (checkpoints)");
        Assert.Equal("weeks of work", File.ReadAllText(kept));
    }

    [Fact]
    public async Task Runs_that_begin_in_the_same_second_get_directories_of_their_own()
    {
        Outcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => RunInOwnProcessAsync()));
        Assert.All(outcomes, outcome => outcome.Succeeded());
        string[] made = Directory.GetDirectories(_temporary.Below("runs"));
        Assert.Equal(outcomes.Length, made.Length);
        Assert.All(made, path => Assert.True(File.Exists(Path.Combine(path, "weights.safetensors"))));
    }

    [Fact]
    public void A_directory_that_was_there_stays_when_the_run_fails()
    {
        string path = Directory.CreateDirectory(_temporary.Below("run")).FullName;
        Cifarfast.Run("train", "--no-report", "--data", _temporary.Below("nowhere"), "--out", path).EndedWith(ExitCode.Failure);
        Assert.Empty(Directory.GetFileSystemEntries(path));
    }

    [Fact]
    public void A_run_leaves_its_files_and_says_where()
    {
        string path = _temporary.Below("some", "where");
        Outcome outcome = Cifarfast.Run("train", "--data", _data, "--epochs", "1", "--out", path).Succeeded();
        Assert.Equal(
            [
                ".lock", ".report.lock", "batches.csv", "checkpoints", "config.json", "evaluation.json", "metrics.csv", "pictures", "report.html", "summary.json",
                "weights.safetensors",
            ],
            Directory.GetFileSystemEntries(path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["best.safetensors", "last.safetensors", "previous.safetensors"],
            Directory.GetFiles(Path.Combine(path, "checkpoints")).Select(Path.GetFileName).Order());
        Assert.Contains($"written to {path}:", outcome.Lines);
        Assert.Contains("  summary.json, metrics.csv, batches.csv, config.json, weights.safetensors", outcome.Lines);
    }

    [Fact]
    public async Task By_default_each_run_gets_a_directory_named_by_its_time()
    {
        for (int runs = 1; runs <= 2; runs++)
        {
            Outcome outcome = await RunInOwnProcessAsync();
            Assert.Equal(0, outcome.ExitCode);
            string[] made = Directory.GetDirectories(_temporary.Below("runs"));
            Assert.Equal(runs, made.Length);
            Assert.All(made, path => Assert.Matches(@"^\d{8}-\d{6}-reference(-\d+)?$", Path.GetFileName(path)));
            Assert.All(made, path => Assert.True(File.Exists(Path.Combine(path, "summary.json"))));
        }
    }

    [Fact]
    public async Task A_current_directory_that_takes_no_runs_is_named_before_training_begins()
    {
        File.WriteAllText(_temporary.Below("runs"), "in the way");
        Outcome outcome = await RunInOwnProcessAsync();
        outcome.EndedWith(ExitCode.Failure, "--out: cannot write to", "runs", "Name a directory that can be written to.");
        Assert.Equal("", outcome.Output);
    }

    private Outcome Run(string path) => Cifarfast.Run("train", "--no-report", "--data", _data, "--epochs", "1", "--out", path);

    private Task<Outcome> RunInOwnProcessAsync() =>
        CifarfastProcess.RunAsync(_temporary.Path, [], "train", "--no-report", "--data", _data, "--epochs", "1");
}
