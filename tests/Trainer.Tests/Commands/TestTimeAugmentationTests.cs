using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CifarFast.Engine.Data;
using CifarFast.Engine.Evaluation;
using CifarFast.Engine.Inference;
using CifarFast.Engine.Numerics;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Tests.Data;
using CifarFast.Trainer.Images;
using CifarFast.Trainer.Runs;
using SkiaSharp;

namespace CifarFast.Trainer.Tests.Commands;

/// <summary>What commands say with test-time augmentation, and where a recipe asks for it.</summary>
public sealed class TestTimeAugmentationTests(AugmentedRun run) : IClassFixture<AugmentedRun>, IDisposable
{
    private const string Label = "with test-time augmentation (mirror and shifts)";

    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Recipes_after_airbench_ask_for_it()
    {
        Assert.All(RecipeCatalog.All, recipe => Assert.Equal(
            recipe.Name is "reference" or "resnet20" ? TestTimeAugmentation.None : TestTimeAugmentation.MirrorAndShifts, recipe.TestTimeAugmentation));
        Assert.Contains("          is measured with test-time augmentation (mirror and shifts), too", Cifarfast.Run("recipes", "airbench94").Succeeded().Lines);
        using var document = JsonDocument.Parse(Cifarfast.Run("recipes", "--json", "-").Succeeded().Bytes);
        Assert.Equal(
            ["none", "mirror_and_shifts"], document.RootElement.EnumerateArray().Take(2).Select(one => one.GetProperty("recipe").GetProperty("test_time_augmentation").GetString()));
    }

    [Fact]
    public void A_run_ends_with_both_accuracies()
    {
        Outcome outcome = run.Outcome.Succeeded();
        (double plain, double augmented) = (Accuracy(TestTimeAugmentation.None), Accuracy(TestTimeAugmentation.MirrorAndShifts));
        Assert.Contains("          is measured with test-time augmentation (mirror and shifts), too", outcome.Lines);
        int line = Array.FindIndex(outcome.Lines, text => text.StartsWith($"accuracy {Percent(plain)}%, ", StringComparison.Ordinal));
        Assert.Equal($"{Label}: accuracy {Percent(augmented)}%", outcome.Lines[line + 2]);

        Summary summary = Summary.Load(run.Directory);
        Assert.Equal("reference", summary.Text("recipe"));
        Assert.Equal([NumericsVersion.Current], summary.Root.GetProperty("numerics_versions").EnumerateArray().Select(version => version.GetInt32()));
        Assert.Equal("mirror_and_shifts", summary.Text("test_time_augmentation"));
        Assert.Equal((plain, augmented), (summary.Number("test_accuracy"), summary.Number("test_time_augmentation_accuracy")));
        Assert.Equal(plain, summary.OfEpochs("test_accuracy")[(int)summary.Number("best_epoch") - 1]);

        string page = File.ReadAllText(Path.Combine(run.Directory, "report.html"));
        string first = $"<b>{Percent(plain)} %</b><span>accuracy on the test images</span>";
        string second = $"<b>{Percent(augmented)} %</b><span>{Label}</span>";
        Assert.InRange(page.IndexOf(second, StringComparison.Ordinal), page.IndexOf(first, StringComparison.Ordinal) + 1, int.MaxValue);
        Assert.Contains($"; {Label} accuracy {Percent(augmented)} %.</p>", page);
    }

    [Fact]
    public void Eval_has_the_accuracy_that_the_recipe_or_the_person_asks_for()
    {
        string json = _temporary.Below("figures.json");
        JsonElement Evaluate(string model, string? tta, out string[] lines)
        {
            lines = Cifarfast.Run(["eval", model, "--data", run.Data, "--json", json, .. tta is null ? [] : new[] { "--tta", tta }]).Succeeded().Lines;
            using var figures = JsonDocument.Parse(File.ReadAllBytes(json));
            return figures.RootElement.Clone();
        }

        double plain = Accuracy(TestTimeAugmentation.None);
        JsonElement own = Evaluate(run.Directory, tta: null, out string[] lines);
        Assert.Equal(File.ReadAllText(json), File.ReadAllText(Path.Combine(run.Directory, "evaluation.json")));
        Assert.Equal(File.ReadAllBytes(json), Cifarfast.Run("eval", run.Directory, "--data", run.Data, "--json", "-").Succeeded().Bytes);
        Check(own, "mirror_and_shifts", Accuracy(TestTimeAugmentation.MirrorAndShifts), "reference");
        Assert.StartsWith($"accuracy {Percent(plain)}%, ", lines[3]);
        Assert.StartsWith($"{Label}: accuracy ", lines[5]);

        Check(Evaluate(run.Directory, "mirror", out lines), "mirror", Accuracy(TestTimeAugmentation.Mirror), "reference");
        Assert.Equal($"with test-time augmentation (mirror): accuracy {Percent(Accuracy(TestTimeAugmentation.Mirror))}%", lines[5]);

        Check(Evaluate(run.Directory, "none", out string[] without), "none", accuracy: null, "reference");
        Assert.Equal([.. lines[..5], .. lines[6..]], without);

        // Weights alone are of no recipe that is known.
        string weights = Path.Combine(_temporary.Path, "weights.safetensors");
        Cifarfast.Run("export", run.Directory, "--out", weights).Succeeded();
        Check(Evaluate(weights, tta: null, out string[] ofWeights), "none", accuracy: null, recipe: null);
        Assert.Equal(without[1..], ofWeights[1..]);
        Check(Evaluate(weights, "mirror_and_shifts", out _), "mirror_and_shifts", Accuracy(TestTimeAugmentation.MirrorAndShifts), recipe: null);

        void Check(JsonElement figures, string level, double? accuracy, string? recipe)
        {
            Assert.Equal(plain, figures.GetProperty("accuracy").GetDouble());
            Assert.Equal(level, figures.GetProperty("test_time_augmentation").GetString());
            JsonElement augmented = figures.GetProperty("test_time_augmentation_accuracy");
            Assert.Equal(accuracy, augmented.ValueKind == JsonValueKind.Null ? null : augmented.GetDouble());
            Assert.Equal(recipe, figures.GetProperty("recipe").GetString());
            Assert.Equal(recipe is null ? "null" : $"[{NumericsVersion.Current}]", JsonSerializer.Serialize(figures.GetProperty("numerics_versions")));
        }
    }

    [Fact]
    public void Predict_has_it_where_it_is_asked_for()
    {
        string picture = _temporary.Below("picture.png");
        using (var bitmap = new SKBitmap(new SKImageInfo(32, 32, SKColorType.Rgba8888, SKAlphaType.Unpremul)))
        {
            bitmap.Pixels = [.. Enumerable.Range(0, 1024).Select(i => new SKColor((byte)(i * 7), (byte)(i / 3), (byte)(i * i)))];
            using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
            File.WriteAllBytes(picture, png.ToArray());
        }

        var image = new ImageSet(3, 32, 32, PictureFile.Read(picture, 32, 32), new int[1]);
        using var classifier = Classifier.Load(run.Best);
        string json = _temporary.Below("record.json");
        foreach ((string[] options, TestTimeAugmentation level, string name) in new (string[], TestTimeAugmentation, string)[]
        {
            ([], TestTimeAugmentation.None, "none"),
            (["--tta", "mirror"], TestTimeAugmentation.Mirror, "mirror"),
            (["--tta", "mirror-and-shifts"], TestTimeAugmentation.MirrorAndShifts, "mirror_and_shifts"),
        })
        {
            Outcome outcome = Cifarfast.Run(["predict", run.Directory, picture, "--json", json, .. options]).Succeeded();
            using var record = JsonDocument.Parse(File.ReadAllBytes(json));
            Assert.Equal(name, record.RootElement.GetProperty("test_time_augmentation").GetString());
            Assert.Equal(
                classifier.Predict(image, level, cancellation: TestContext.Current.CancellationToken).Probabilities(0),
                record.RootElement.GetProperty("images")[0].GetProperty("probabilities").EnumerateArray().Select(share => share.GetDouble()));
            Assert.Equal(level == TestTimeAugmentation.None ? "" : $"views     test-time augmentation ({name.Replace('_', ' ')})", outcome.Lines[1]);
        }
    }

    [Fact]
    public void What_is_no_level_is_named()
    {
        foreach (string[] command in new string[][] { ["eval", run.Directory], ["predict", run.Directory, "a.png"] })
        {
            Cifarfast.Run([.. command, "--tta", "flip"]).EndedWith(ExitCode.Usage, "--tta takes none or mirror or mirror-and-shifts or shifts, not 'flip'");
        }
    }

    [Fact]
    public void A_summary_of_a_version_that_had_none_is_read()
    {
        string copy = Directory.CreateDirectory(_temporary.Below("copy")).FullName;
        foreach (string file in new[] { "config.json", "metrics.csv", "batches.csv", "summary.json" })
        {
            File.Copy(Path.Combine(run.Directory, file), Path.Combine(copy, file));
        }

        Assert.Equal(Accuracy(TestTimeAugmentation.MirrorAndShifts), RunRecord.Read(copy).Summary!.TestTimeAugmentationAccuracy);
        string path = Path.Combine(copy, "summary.json");
        JsonObject summary = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        Assert.All(["numerics_versions", "test_accuracy", "test_time_augmentation", "test_time_augmentation_accuracy"], name => Assert.True(summary.Remove(name)));
        File.WriteAllText(path, summary.ToJsonString());

        RunSummary read = RunRecord.Read(copy).Summary!;
        Assert.Equal((null, null, TestTimeAugmentation.None, null), (read.NumericsVersions, read.TestAccuracy, read.TestTimeAugmentation, read.TestTimeAugmentationAccuracy));
    }

    private double Accuracy(TestTimeAugmentation level)
    {
        ImageSet images = CifarReader.Read(CifarFormat.Cifar10, run.Data, DataSplit.Test, TestContext.Current.CancellationToken).Test;
        using var classifier = Classifier.Load(run.Best);
        return classifier.Evaluate(images, level, cancellation: TestContext.Current.CancellationToken).Accuracy;
    }

    private static string Percent(double share) => (share * 100).ToString("F2", CultureInfo.InvariantCulture);
}
