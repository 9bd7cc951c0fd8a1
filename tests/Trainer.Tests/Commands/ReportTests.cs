using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using CifarFast.Engine.Tests.Data;

namespace CifarFast.Trainer.Tests.Commands;

/// <summary>What <c>train</c> draws at its end and <c>report</c> at any time.</summary>
public sealed partial class ReportTests(TrainedRun run) : IClassFixture<TrainedRun>, IDisposable
{
    private static readonly string[] _curves = ["accuracy-batches.png", "accuracy.png", "images-per-second.png", "loss-batches.png", "loss.png"];

    private static readonly string[] _ofPredictions = ["confused-pairs.png", "confusion-normalized.png", "confusion.png", "right.png", "wrong.png"];

    private readonly TemporaryDirectory _temporary = new();

    private string Copied => _temporary.Below("copy");

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void A_run_leaves_its_pictures()
    {
        Assert.Equal(Sorted([.. _curves, .. _ofPredictions, "filters.png"]), Pictures(run.Directory));
        Assert.All(Directory.GetFiles(Path.Combine(run.Directory, "pictures")), DrawnPicture.Check);
    }

    [Fact]
    public void A_run_ends_with_the_figures_that_eval_gives()
    {
        string best = Path.Combine(run.Directory, "checkpoints", "best.safetensors");
        string json = _temporary.Below("figures.json");
        Outcome evaluated = Cifarfast.Run("eval", "--checkpoint", run.Directory, "--json", json).Succeeded();
        string[] printed = [.. run.Outcome.Lines.SkipWhile(line => line != $"{best} on 60 test images:").Skip(1)];
        string[] figuresPrinted = [.. printed.TakeWhile(line => !line.StartsWith("report: ", StringComparison.Ordinal))];
        Assert.Equal(evaluated.Lines[3..], figuresPrinted);
        Assert.Equal([$"report: {Path.Combine(run.Directory, "report.html")}", $"pictures: {Path.Combine(run.Directory, "pictures")}"], run.Outcome.Lines[^3..^1]);
        Assert.Equal(File.ReadAllText(json), File.ReadAllText(Path.Combine(run.Directory, "evaluation.json")));

        using var figures = JsonDocument.Parse(File.ReadAllBytes(json));
        string accuracy = (figures.RootElement.GetProperty("accuracy").GetDouble() * 100).ToString("F2", CultureInfo.InvariantCulture);
        Assert.Contains($"<b>{accuracy} %</b>", Page(run.Directory));
    }

    [Fact]
    public void The_page_needs_nothing_beside_itself()
    {
        string page = Page(run.Directory);
        string[] references = [.. Reference().Matches(page).Select(match => match.Groups["target"].Value)];

        // A light and a dark one of each, and the icon. What the confusion matrices show is a table here.
        int pictures = Pictures(run.Directory).Count(name => !name.StartsWith("confusion", StringComparison.Ordinal));
        Assert.Equal((2 * pictures) + 1, references.Length);
        Assert.All(references, reference => Assert.StartsWith("data:", reference));
        Assert.Equal(references.Length, OtherReference().Count(page));
        Assert.DoesNotContain("http:", page);
        Assert.DoesNotContain("https:", page);
        Assert.DoesNotContain("@import", page);
        Assert.DoesNotContain("<script", page);
        Assert.Contains("completed", page);
        Assert.Contains("<pre>cifarfast train --data ", page);
    }

    [Fact]
    public void The_report_can_be_left_out()
    {
        string path = _temporary.Below("run");
        Outcome outcome = Cifarfast.Run("train", "--data", run.Data, "--max-steps", "1", "--batch-size", "4", "--no-report", "--out", path).Succeeded();
        Assert.False(File.Exists(Path.Combine(path, "report.html")));
        Assert.False(File.Exists(Path.Combine(path, "evaluation.json")));
        Assert.False(Directory.Exists(Path.Combine(path, "pictures")));
        Assert.DoesNotContain("report", outcome.Output);
    }

    [Fact]
    public void A_report_can_be_drawn_afterwards_and_again()
    {
        RunCopy.Make(run, Copied);
        for (int i = 0; i < 2; i++)
        {
            Outcome outcome = Cifarfast.Run("report", Copied).Succeeded();
            Assert.Equal([$"report: {Path.Combine(Copied, "report.html")}", $"pictures: {Path.Combine(Copied, "pictures")}"], outcome.Lines[^3..^1]);
            Assert.Equal(Pictures(run.Directory), Pictures(Copied));
            Assert.All(Pictures(Copied), name => Assert.True(Picture(run.Directory, name).SequenceEqual(Picture(Copied, name)), $"{name} is another one"));
        }
    }

    [Fact]
    public async Task The_run_that_was_saved_last_needs_no_name()
    {
        RunCopy.Make(run, _temporary.Below("runs", "one"));
        string other = RunCopy.Make(run, _temporary.Below("runs", "other"));
        File.SetLastWriteTimeUtc(Path.Combine(other, "checkpoints", "best.safetensors"), DateTime.UtcNow.AddDays(1));
        Outcome outcome = (await CifarfastProcess.RunAsync(_temporary.Path, [], "report", "latest")).Succeeded();
        Assert.Equal($"report: {Path.Combine("runs", "other", "report.html")}", outcome.Lines[^3]);
        Assert.True(File.Exists(Path.Combine(other, "report.html")));
        outcome = (await CifarfastProcess.RunAsync(_temporary.Path, [], "eval", "--checkpoint", "latest", "--data", run.Data)).Succeeded();
        Assert.Contains($"model     {Path.Combine("runs", "other", "checkpoints", "best.safetensors")}, reference", outcome.Lines);

        (await CifarfastProcess.RunAsync(_temporary.Path, [], "report", "one")).Succeeded();
        Assert.True(File.Exists(_temporary.Below("runs", "one", "report.html")));

        string elsewhere = Directory.CreateDirectory(_temporary.Below("elsewhere")).FullName;
        (await CifarfastProcess.RunAsync(elsewhere, [], "report", "latest")).EndedWith(ExitCode.Failure, "latest: there is no run with a checkpoint in 'runs'");
        (await CifarfastProcess.RunAsync(elsewhere, [], "eval", "--checkpoint", "latest"))
            .EndedWith(ExitCode.Failure, "--checkpoint latest: there is no run with a checkpoint in 'runs'");
    }

    [Fact]
    public void A_run_that_is_still_going_on_is_drawn_as_it_stands()
    {
        RunCopy.Make(run, Copied, "summary.json");
        Cifarfast.Run("report", Copied).Succeeded();
        Assert.Contains("not ended yet", Page(Copied));
        Assert.Equal(Pictures(run.Directory), Pictures(Copied));
    }

    [Fact]
    public void The_results_before_a_run_went_on_are_not_its_results()
    {
        RunCopy.Make(run, Copied);
        File.AppendAllLines(Path.Combine(Copied, "batches.csv"), ["3,50,250,2.1,0.2,1000,0.02"]);
        Cifarfast.Run("report", Copied).Succeeded();
        Assert.Contains("not ended yet", Page(Copied));
    }

    [Fact]
    public void What_an_earlier_report_showed_goes_where_it_is_no_longer_known()
    {
        RunCopy.Make(run, Copied);
        Cifarfast.Run("report", Copied).Succeeded();
        string note = Path.Combine(Copied, "pictures", "my own.png");
        File.WriteAllText(note, "");
        Array.ForEach(["metrics.csv", "batches.csv", Path.Combine("checkpoints", "best.safetensors")], file => File.Delete(Path.Combine(Copied, file)));

        Cifarfast.Run("report", Copied).Succeeded();
        Assert.Equal([Path.GetFileName(note)], Pictures(Copied));
        Assert.False(File.Exists(Path.Combine(Copied, "evaluation.json")));
    }

    [Fact]
    public void A_damaged_checkpoint_is_passed_over()
    {
        RunCopy.Make(run, Copied);
        string best = Path.Combine(Copied, "checkpoints", "best.safetensors");
        File.Copy(best, Path.Combine(Copied, "checkpoints", "last.safetensors"));
        byte[] content = File.ReadAllBytes(best);
        content[^1] ^= 1;
        File.WriteAllBytes(best, content);

        Outcome outcome = Cifarfast.Run("report", Copied);
        outcome.EndedWith(ExitCode.Success, "WARNING: a checkpoint is passed over: ", best);
        Assert.Equal(Pictures(run.Directory), Pictures(Copied));
        Assert.Contains("last.safetensors: accuracy", Page(Copied));

        File.Delete(Path.Combine(Copied, "checkpoints", "last.safetensors"));
        Cifarfast.Run("report", Copied).EndedWith(ExitCode.Success, "WARNING: a checkpoint is passed over: ", best);
        Assert.Equal(Sorted(_curves), Pictures(Copied));
    }

    [Fact]
    public void A_run_that_goes_on_has_not_ended()
    {
        Outcome? outcome = null;
        Cifarfast.Run("train", "--no-report", "--data", run.Data, "--epochs", "1", "--limit-train", "8", "--out", Copied).Succeeded();
        Cifarfast.RunWith(
            [("compute", () => { }), ("epoch 2/2", () => outcome = Cifarfast.Run("report", Copied))], "train", "--no-report", "--resume", Copied, "--epochs", "2").Succeeded();
        outcome!.Succeeded();
        Assert.Contains("not ended yet", Page(Copied));
    }

    [Fact]
    public void An_epoch_that_was_cut_short_is_not_the_best_one()
    {
        Cifarfast.Run(
            "train", "--data", run.Data, "--limit-train", "40", "--batch-size", "4", "--epochs", "3", "--max-steps", "15", "--lr", "0.02", "--out", Copied).Succeeded();
        string[] rows = File.ReadAllLines(Path.Combine(Copied, "metrics.csv"));
        rows[2] = rows[2].Replace($",15,{rows[2].Split(',')[2]},", ",15,0.001,", StringComparison.Ordinal);
        File.WriteAllLines(Path.Combine(Copied, "metrics.csv"), rows);

        Cifarfast.Run("report", Copied).Succeeded();
        Assert.Contains("<td>1 ★</td>", Page(Copied));
        Assert.Contains("<td>0.0010</td>", Page(Copied));
    }

    [Fact]
    public async Task Two_reports_at_once_are_both_written()
    {
        RunCopy.Make(run, Copied);
        string[] command = ["report", Copied, "--data", run.Data];
        Outcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => CifarfastProcess.RunAsync(_temporary.Path, [], command)));
        Assert.All(outcomes, outcome => outcome.Succeeded());
        Assert.Equal(Pictures(run.Directory), Pictures(Copied));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_to_is_found_before_anything_is_computed()
    {
        RunCopy.Make(run, Copied);
        string obstacle = Directory.CreateDirectory(Path.Combine(Copied, ".report.lock")).FullName;
        Outcome outcome = Cifarfast.Run("report", Copied, "--data", _temporary.Below("nowhere"));
        outcome.EndedWith(ExitCode.Failure, obstacle, $"Make '{Copied}' writable, or make room there.");
    }

    [Theory]
    [InlineData("report.html")]
    [InlineData("pictures/loss.png")]
    [InlineData("evaluation.json")]
    public void A_report_that_cannot_be_written_leaves_a_complete_run(string file)
    {
        string obstacle = Path.Combine(Copied, file);
        Outcome outcome = Cifarfast.RunWith(
            [("written to", () => Directory.CreateDirectory(obstacle))], "train", "--data", run.Data, "--epochs", "1", "--limit-train", "8", "--out", Copied);
        outcome.EndedWith(ExitCode.Failure, "the report could not be drawn: ", obstacle, "But the run is complete and saved; to draw its report: ", $" report {Copied}");
        Assert.Equal("completed", Summary.Load(Copied).Text("status"));
        Cifarfast.Run("report", Copied).EndedWith(ExitCode.Failure, obstacle, $"Make '{Copied}' writable, or make room there.");

        Directory.Delete(obstacle);
        Cifarfast.Run("report", Copied).Succeeded();
        Assert.True(File.Exists(obstacle));
        Assert.Empty(Directory.EnumerateFiles(Copied, "*.tmp", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_run_that_has_only_begun_has_a_page()
    {
        RunCopy.Make(run, Copied, "metrics.csv", "batches.csv", "summary.json", Path.Combine("checkpoints", "best.safetensors"));
        Outcome outcome = Cifarfast.Run("report", Copied).Succeeded();
        Assert.Equal(2, outcome.Lines.Count(line => line.Length > 0));
        Assert.Empty(Pictures(Copied));
        Assert.False(File.Exists(Path.Combine(Copied, "evaluation.json")));
        string page = Page(Copied);
        Assert.DoesNotContain("<img", page);
        Assert.Contains("not ended yet", page);
        Assert.Contains("Configuration", page);
    }

    [Fact]
    public void A_run_without_a_whole_epoch_is_drawn_with_what_it_has()
    {
        RunCopy.Make(run, Copied, "summary.json");
        File.WriteAllLines(Path.Combine(Copied, "metrics.csv"), File.ReadLines(Path.Combine(run.Directory, "metrics.csv")).Take(1));
        File.WriteAllLines(Path.Combine(Copied, "batches.csv"), File.ReadLines(Path.Combine(run.Directory, "batches.csv")).Take(2));
        Cifarfast.Run("report", Copied).Succeeded();
        Assert.Equal(Sorted([.. _curves.Except(["loss.png", "accuracy.png"]), .. _ofPredictions, "filters.png"]), Pictures(Copied));
    }

    [Theory]
    [InlineData("metrics.csv")]
    [InlineData("batches.csv")]
    public void A_row_that_is_being_written_is_not_there_yet(string table)
    {
        RunCopy.Make(run, Copied, "summary.json");
        string path = Path.Combine(Copied, table);
        File.AppendAllText(path, "3,30");
        Cifarfast.Run("report", Copied).Succeeded();
        Assert.Contains("<b>2 of 2</b>", Page(Copied));
    }

    [Fact]
    public void What_is_no_run_is_named()
    {
        string nowhere = _temporary.Below("nowhere");
        Cifarfast.Run("report", nowhere).EndedWith(ExitCode.Failure, $"'{nowhere}' is no run", "latest");
        Cifarfast.Run("report", run.Data).EndedWith(ExitCode.Failure, $"'{run.Data}' is no run: it has no config.json");
        string file = Path.Combine(run.Directory, "config.json");
        Cifarfast.Run("report", file).EndedWith(ExitCode.Failure, $"'{file}' is no run");
        Cifarfast.Run("report").EndedWith(ExitCode.Usage, "report --help");
        Assert.Equal(["batches.meta.txt", "data_batch_1.bin"], Directory.GetFiles(run.Data).Select(Path.GetFileName).Order().Take(2));
        Assert.False(Directory.Exists(Path.Combine(run.Data, "pictures")));
    }

    [Theory]
    [InlineData("config.json", "")]
    [InlineData("config.json", "{")]
    [InlineData("config.json", "{}")]
    [InlineData("config.json", "null")]
    [InlineData("config.json", "[]")]
    [InlineData("summary.json", "")]
    [InlineData("summary.json", "{}")]
    [InlineData("summary.json", "null")]
    [InlineData("summary.json", "{\"status\":\"flown\"}")]
    [InlineData("metrics.csv", "epoch,step\n1,100\n")]
    [InlineData("metrics.csv", "\0\0\0\0\n\0\0\0\0\n")]
    [InlineData("metrics.csv", "{}\n{}\n")]
    [InlineData("batches.csv", "epoch,batch\n1,50\n")]
    public void A_damaged_file_is_named(string name, string content)
    {
        RunCopy.Make(run, Copied);
        string path = Path.Combine(Copied, name);
        File.WriteAllText(path, content);
        Cifarfast.Run("report", Copied).EndedWith(ExitCode.Failure, $"{path} is damaged");
        Assert.False(File.Exists(Path.Combine(Copied, "report.html")));
    }

    [Theory]
    [InlineData("metrics.csv", "3,300,many,0.5,,,2,0.1,0.02,1,1,100")]
    [InlineData("metrics.csv", "three,300,2,0.5,,,2,0.1,0.02,1,1,100")]
    [InlineData("metrics.csv", "3,300")]
    [InlineData("metrics.csv", "\"3,300,2,0.5,,,2,0.1,0.02,1,1,1\"00")]
    [InlineData("batches.csv", "3,50,250,2.1,a,1000,0.02")]
    public void A_damaged_row_is_named(string name, string row)
    {
        RunCopy.Make(run, Copied);
        string path = Path.Combine(Copied, name);
        int rows = File.ReadAllLines(path).Length;
        File.AppendAllText(path, $"{row}\n");
        Cifarfast.Run("report", Copied).EndedWith(ExitCode.Failure, $"{path} is damaged: row {rows + 1} ");
    }

    [Fact]
    public void Values_that_no_run_can_have_been_begun_with_are_damage()
    {
        RunCopy.Make(run, Copied);
        string path = Path.Combine(Copied, "config.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"batch_size\": 4,", "\"batch_size\": -4,", StringComparison.Ordinal));
        Cifarfast.Run("report", Copied).EndedWith(ExitCode.Failure, $"{path} is damaged", "batches of -4");
    }

    [Fact]
    public void The_test_images_are_all_that_a_report_needs()
    {
        RunCopy.Make(run, Copied);
        string data = RunCopy.MakeData(_temporary.Below("data"), TinyCifar.ClassNames);
        Array.ForEach(Directory.GetFiles(data, "data_batch_*"), File.Delete);
        Cifarfast.Run("report", Copied, "--data", data).Succeeded();
        Assert.Equal(Pictures(run.Directory), Pictures(Copied));
    }

    [Fact]
    public void Without_its_images_a_run_still_has_curves()
    {
        RunCopy.Make(run, Copied);
        string data = RunCopy.MakeData(_temporary.Below("data"), TinyCifar.ClassNames);
        string config = Path.Combine(Copied, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace(JsonEncodedText.Encode(run.Data).ToString(), JsonEncodedText.Encode(data).ToString(), StringComparison.Ordinal));

        // Of other images nothing could be said about this run.
        File.WriteAllBytes(Path.Combine(data, "test_batch.bin"), TinyCifar.Files(TrainedRun.TrainImages / 5, TrainedRun.TestImages)["data_batch_1.bin"]);
        Outcome outcome = Cifarfast.Run("report", Copied);
        outcome.EndedWith(ExitCode.Success, "WARNING: the report is drawn without predictions", "are not those of the run");
        Assert.Equal(Sorted([.. _curves, "filters.png"]), Pictures(Copied));
        Assert.DoesNotContain("Confusion", Page(Copied));

        File.Delete(Path.Combine(data, "test_batch.bin"));
        Cifarfast.Run("report", Copied).EndedWith(ExitCode.Success, "WARNING: the report is drawn without predictions", data);

        // Who says where they are wants to know that they are not there.
        Cifarfast.Run("report", Copied, "--data", data).EndedWith(ExitCode.Failure, data);
        Cifarfast.Run("report", Copied, "--data", run.Data).Succeeded();
        Assert.Equal(Pictures(run.Directory), Pictures(Copied));
    }

    [Fact]
    public void Texts_are_never_markup()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such names of folders");
        const string Name = "a <script>alert('1') & \"b\" {0}";
        string[] classes = [.. TinyCifar.ClassNames];
        classes[3] = "<script>alert(3)</script>";
        classes[4] = "<img src=x> & \"{0}\"";
        string path = RunCopy.Make(run, _temporary.Below(Name));
        string config = Path.Combine(path, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"cifarfast train", "\"</pre><script>cifarfast train", StringComparison.Ordinal));
        Cifarfast.Run("report", path, "--data", RunCopy.MakeData(_temporary.Below("data"), classes)).Succeeded();
        string page = Page(path);
        Assert.DoesNotContain("<script", page);
        Assert.DoesNotContain("<img src=x", page);
        Assert.Contains($"<h1>{WebUtility.HtmlEncode(Name)}</h1>", page);
        Assert.Contains($"<title>{WebUtility.HtmlEncode($"{Name} · CifarFast")}</title>", page);
        Assert.Contains("&lt;/pre&gt;&lt;script&gt;cifarfast train", page);
        Assert.All(classes, name => Assert.Contains($"<th scope=\"row\">{WebUtility.HtmlEncode(name)}</th>", page));
        Assert.All(Directory.GetFiles(Path.Combine(path, "pictures")), DrawnPicture.Check);
    }

    private static string[] Sorted(string[] names) => [.. names.Order(StringComparer.Ordinal)];

    private static string[] Pictures(string run) =>
        Sorted([.. Directory.GetFiles(Path.Combine(run, "pictures")).Select(path => Path.GetFileName(path))]);

    private static byte[] Picture(string run, string name) => File.ReadAllBytes(Path.Combine(run, "pictures", name));

    private static string Page(string run) => File.ReadAllText(Path.Combine(run, "report.html"));

    [GeneratedRegex(@"\b(?:src|srcset|href|action|poster)=""(?<target>[^""]*)""|url\((?<target>[^)]*)\)", RegexOptions.IgnoreCase)]
    private static partial Regex Reference();

    /// <summary>Whatever else may refer to something, be it quoted otherwise or not at all.</summary>
    [GeneratedRegex(@"\b(?:src|srcset|href|action|poster)\s*=|url\(", RegexOptions.IgnoreCase)]
    private static partial Regex OtherReference();
}
