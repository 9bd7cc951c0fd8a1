using System.Globalization;
using CifarFast.Engine.Tests.Data;

namespace CifarFast.Trainer.Tests.Commands;

/// <summary>What <c>compare</c> says and draws of several runs.</summary>
public sealed class CompareTests(TrainedRun run) : IClassFixture<TrainedRun>, IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    private string Picture => _temporary.Below("curves.png");

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Two_runs_are_put_side_by_side()
    {
        string other = _temporary.Below("slower");
        Cifarfast.Run(
            "train", "--no-report", "--data", run.Data, "--epochs", "1", "--batch-size", "4", "--lr", "0.001", "--seed", "7", "--threads", "2", "--out", other).Succeeded();
        Outcome outcome = Cifarfast.Run("compare", run.Directory, other, "--out", Picture).Succeeded();

        string[] lines = outcome.Lines;
        Assert.Equal(["run", "epochs", "best", "test", "last", "test", "train", "loss", "time", "images/s"], Words(lines[0]));
        Assert.Equal(Row("run", "2/2", Summary.Load(run.Directory)), Words(lines[1])[..5]);
        Assert.Equal(Row("slower", "1/1", Summary.Load(other)), Words(lines[2])[..5]);
        Assert.Equal(["", "what differs:", "run", "  --lr 0.02", "slower", "  --lr 0.001", "", $"curves: {Picture}", ""], lines[3..]);
        DrawnPicture.Check(Picture);
    }

    [Fact]
    public void Accuracies_of_other_images_are_not_passed_over_in_silence()
    {
        string other = RunCopy.Make(run, _temporary.Below("other"));
        string config = Path.Combine(other, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"limit_test\": null", "\"limit_test\": 7", StringComparison.Ordinal));
        Outcome outcome = Cifarfast.Run("compare", run.Directory, other, "--out", Picture).Succeeded();
        Assert.Equal(["", "what differs:", "run", "  --limit-test none", "other", "  --limit-test 7", "", $"curves: {Picture}", ""], outcome.Lines[3..]);
    }

    [Fact]
    public void One_run_alone_differs_from_none()
    {
        Outcome outcome = Cifarfast.Run("compare", run.Directory, "--out", Picture).Succeeded();
        Assert.DoesNotContain("differs", outcome.Output);
        Assert.Equal(["", $"curves: {Picture}", ""], outcome.Lines[2..]);
        DrawnPicture.Check(Picture);
    }

    [Fact]
    public void Runs_of_one_name_are_called_by_their_paths()
    {
        string other = RunCopy.Make(run, _temporary.Below("elsewhere", "run"));
        Outcome outcome = Cifarfast.Run("compare", run.Directory, other, "--out", Picture).Succeeded();
        Assert.StartsWith("…", outcome.Lines[1]);
        Assert.Contains($"{Path.DirectorySeparatorChar}elsewhere{Path.DirectorySeparatorChar}run ", outcome.Lines[2]);
        Assert.DoesNotContain("differs", outcome.Output);
    }

    [Fact]
    public async Task The_picture_has_a_name_of_its_own()
    {
        RunCopy.Make(run, _temporary.Below("runs", "one"));
        Outcome outcome = (await CifarfastProcess.RunAsync(_temporary.Path, [], "compare", "one", "latest")).Succeeded();
        Assert.Equal("curves: comparison.png", outcome.Lines[^2]);
        DrawnPicture.Check(_temporary.Below("comparison.png"));
    }

    [Fact]
    public void The_picture_alone_is_on_standard_output_where_it_is_wanted_there()
    {
        Outcome expected = Cifarfast.Run("compare", run.Directory, "--out", Picture).Succeeded();
        Outcome outcome = Cifarfast.Run("compare", run.Directory, "--out", "-");
        Assert.Equal((ExitCode.Success, ""), (outcome.ExitCode, outcome.Output));
        Assert.Equal(expected.Output.Replace($"curves: {Picture}", "curves: standard output", StringComparison.Ordinal), outcome.Error);
        Assert.Equal(File.ReadAllBytes(Picture), outcome.Bytes);
    }

    [Fact]
    public void Only_its_own_pictures_are_written_over()
    {
        Cifarfast.Run("compare", run.Directory, "--out", Picture).Succeeded();
        byte[] drawn = File.ReadAllBytes(Picture);
        File.WriteAllBytes(Picture, [.. drawn, 1]);
        Cifarfast.Run("compare", run.Directory, "--out", Picture).Succeeded();
        Assert.Equal(drawn, File.ReadAllBytes(Picture));
        File.WriteAllBytes(Picture, []);
        Cifarfast.Run("compare", run.Directory, "--out", Picture).Succeeded();
        Assert.Equal(drawn, File.ReadAllBytes(Picture));

        foreach (byte[] foreign in new[] { File.ReadAllBytes(Path.Combine(run.Directory, "pictures", "loss.png")), drawn[..50], "notes"u8.ToArray() })
        {
            File.WriteAllBytes(Picture, foreign);
            Outcome outcome = Cifarfast.Run("compare", run.Directory, "--out", Picture);
            outcome.EndedWith(ExitCode.Usage, $"--out: '{Picture}' is there, and was not made by compare; name another file");
            Assert.Equal("", outcome.Output);
            Assert.Equal(foreign, File.ReadAllBytes(Picture));
        }
    }

    [Fact]
    public void A_run_without_an_epoch_is_in_the_table_but_not_alone_in_a_picture()
    {
        string begun = RunCopy.Make(run, _temporary.Below("begun"), "metrics.csv", "batches.csv", "summary.json");
        Cifarfast.Run("compare", begun, "--out", Picture).EndedWith(ExitCode.Failure, "none of the runs has done an epoch");
        Assert.False(File.Exists(Picture));

        Outcome outcome = Cifarfast.Run("compare", begun, run.Directory, "--out", Picture).Succeeded();
        Assert.Equal(["begun", "0/2", "-", "-", "-"], Words(outcome.Lines[1])[..5]);
        DrawnPicture.Check(Picture);
    }

    [Fact]
    public void What_is_no_run_is_named()
    {
        string nowhere = _temporary.Below("nowhere");
        Cifarfast.Run("compare", run.Directory, nowhere, "--out", Picture).EndedWith(ExitCode.Failure, $"'{nowhere}' is no run");
        Cifarfast.Run("compare", run.Directory, run.Data, "--out", Picture).EndedWith(ExitCode.Failure, $"'{run.Data}' is no run: it has no config.json");
        Cifarfast.Run("compare").EndedWith(ExitCode.Usage, "compare --help");
        Assert.False(File.Exists(Picture));
    }

    [Fact]
    public void A_picture_that_cannot_be_written_is_refused_first()
    {
        Outcome outcome = Cifarfast.Run("compare", run.Directory, "--out", _temporary.Path);
        outcome.EndedWith(ExitCode.Usage, $"--out: '{_temporary.Path}' is no ordinary file");
        Assert.Equal("", outcome.Output);
        string table = Path.Combine(run.Directory, "metrics.csv");
        Cifarfast.Run("compare", run.Directory, "--out", table).EndedWith(ExitCode.Usage, $"--out: '{table}' is a file of the run in '{run.Directory}'");
        Cifarfast.Run("compare", run.Directory, "--out", _temporary.Below("a.jpg")).EndedWith(ExitCode.Usage, "--out: '", "does not end in .png");
        Cifarfast.Run("compare", run.Directory, "--out", _temporary.Below("nowhere", "a.png")).EndedWith(ExitCode.Usage, "--out: the directory ", "does not exist");
    }

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static string[] Row(string name, string epochs, Summary summary) =>
    [
        name,
        epochs,
        string.Create(CultureInfo.InvariantCulture, $"{100 * summary.OfEpochs("test_accuracy").Max():F2}%"),
        string.Create(CultureInfo.InvariantCulture, $"{100 * summary.OfEpochs("test_accuracy")[^1]:F2}%"),
        summary.OfEpochs("train_loss")[^1].ToString("F4", CultureInfo.InvariantCulture),
    ];
}
