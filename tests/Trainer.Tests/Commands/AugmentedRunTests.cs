using System.Text.Json.Nodes;
using CifarFast.Engine.Tests.Data;

namespace CifarFast.Trainer.Tests.Commands;

/// <summary>Runs whose training images are transformed, by a configuration that says so.</summary>
public sealed class AugmentedRunTests : IDisposable
{
    private const string Transforms = """
        [
            {"type":"RandomHorizontalFlip","probability":0.25},{"type":"AlternatingFlip"},{"type":"RandomTranslate","pixels":4,"padding":"zeros"},
            {"type":"RandomBrightness","amount":0.14,"deviation":[0.247,0.2435,0.2616]},{"type":"RandomContrast","amount":0.13},
            {"type":"CutMix","alpha":1},{"type":"Cutout","size":12,"fill":[0.4914,0.4822,0.4465]}
        ]
        """;

    private readonly TemporaryDirectory _temporary = new();
    private readonly string _data;

    public AugmentedRunTests() => _data = TinyCifar.WriteDirectory(_temporary.Below("data"), TinyCifar.Files(trainRecords: 24, testRecords: 20));

    private string Run => _temporary.Below("whole");

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void It_says_all_of_it_and_goes_on_to_the_same_weights()
    {
        // 120 images: three batches of 35 and 15 images that are dropped.
        Outcome outcome = Train("whole", "--threads", "2").Succeeded();
        Assert.Equal(
            [
                "          drops the last batch of an epoch where it is not whole",
                "          augments by random flip of 25 %",
                "          augments by alternating flip",
                "          augments by translation by up to 4 pixels, zeros at the edges",
                "          augments by brightness ±0.14 deviations",
                "          augments by contrast ±13 %",
                "          augments by cutmix, alpha 1",
                "          augments by cutout of 12×12 pixels",
            ],
            outcome.Lines.SkipWhile(line => !line.StartsWith("recipe ", StringComparison.Ordinal)).Skip(1).Take(8));
        Assert.Contains(outcome.Lines, line => line.StartsWith("epoch 2/2 done: train loss ", StringComparison.Ordinal) && line.Contains(" train accuracy (heavier label) ", StringComparison.Ordinal));
        Assert.Equal(["1,3", "2,5"], RunFiles.Rows(Path.Combine(Run, "metrics.csv")).Select(row => string.Join(',', row.Split(',')[..2])));
        Assert.True(Summary.Load(Run).Root.GetProperty("drop_last").GetBoolean());

        Train("parts", "--threads", "1", "--max-steps", "1", "--simd", "scalar").Succeeded();
        foreach ((string steps, string threads) in new[] { ("2", "3"), ("4", "1"), ("100", "2") })
        {
            Cifarfast.Run("train", "--resume", _temporary.Below("parts"), "--max-steps", steps, "--threads", threads, "--no-report").Succeeded();
        }

        RunFiles.AssertSameEnd(Run, _temporary.Below("parts"));
    }

    [Fact]
    public void Its_report_shows_training_images_as_the_network_saw_them()
    {
        Cifarfast.Run("train", "--config", Config(), "--max-steps", "1", "--out", Run).Succeeded();
        string picture = Path.Combine(Run, "pictures", "augmented.png");
        DrawnPicture.Check(picture);
        byte[] drawn = File.ReadAllBytes(picture);
        string page = File.ReadAllText(Path.Combine(Run, "report.html"));
        Assert.Contains("<h2>What it was trained on</h2>", page);
        Assert.Contains("alt=\"Augmented training images, as the network saw them in the first epoch\"", page);
        Assert.Contains("accuracy (heavier label)", page);
        Assert.Contains("cutout of 12×12 pixels", System.Net.WebUtility.HtmlDecode(page));

        File.Delete(picture);
        Cifarfast.Run("report", Run).Succeeded();
        Assert.Equal(drawn, File.ReadAllBytes(picture));

        // Other training images are not shown in place of the run's own; the test images are the same.
        TinyCifar.WriteDirectory(_data, TinyCifar.Files(trainRecords: 25, testRecords: 20));
        Cifarfast.Run("report", Run).EndedWith(ExitCode.Success, "WARNING: the report is drawn without augmented images: the training images ", "are not those of the run");
        Assert.False(File.Exists(picture));
        Assert.True(File.Exists(Path.Combine(Run, "pictures", "wrong.png")));
        foreach (string file in Directory.GetFiles(_data, "data_batch_*"))
        {
            File.Delete(file);
        }

        Cifarfast.Run("report", Run).EndedWith(ExitCode.Success, "WARNING: the report is drawn without augmented images: ");
        Assert.True(File.Exists(Path.Combine(Run, "pictures", "wrong.png")));
    }

    [Theory]
    [InlineData("[null]", "is damaged: no run can have been begun with a transform that is none")]
    [InlineData("""[{"type":"Mixup","alpha":1},{"type":"CutMix","alpha":1}]""", "is damaged: no run can have been begun with two transforms that mix images")]
    [InlineData("""[{"type":"Cutout","size":0}]""", "is no config.json that this program can read")]
    [InlineData("""[{"type":"Cutout","size":3,"fill":[1e39,0,0]}]""", "is no config.json that this program can read")]
    [InlineData("""[{"type":"RandomTranslate"}]""", "is no config.json that this program can read")]
    [InlineData("""[{"type":"RandomTranslate","pixels":2,"padding":"wrap"}]""", "is no config.json that this program can read")]
    [InlineData("""[{"type":"Sepia"}]""", "is no config.json that this program can read")]
    [InlineData("""[{"type":"Cutout","size":40}]""", "Cutout: images of 3×32×32 have no square of 40 pixels to cut out")]
    [InlineData("""[{"type":"RandomContrast","amount":0.1,"centre":[0.5]}]""", "RandomContrast: images of 3×32×32 have 3 channels, but the centre of a contrast has numbers for 1")]
    public void What_cannot_be_is_named(string transforms, string reason)
    {
        string config = Config(transforms);
        Cifarfast.Run("train", "--config", config, "--no-report", "--out", Run).EndedWith(ExitCode.Failure, reason);
        Assert.False(Directory.Exists(Run));
    }

    private Outcome Train(string name, params string[] options) =>
        Cifarfast.Run(["train", "--config", Config(), "--no-report", "--out", _temporary.Below(name), .. options]);

    /// <summary>The configuration of a run that has transforms.</summary>
    private string Config(string transforms = Transforms)
    {
        string run = _temporary.Below("run");
        if (!Directory.Exists(run))
        {
            Cifarfast.Run("train", "--data", _data, "--max-steps", "1", "--no-report", "--out", run).Succeeded();
        }

        string path = Path.Combine(run, "config.json");
        JsonNode config = JsonNode.Parse(File.ReadAllText(path))!;
        JsonObject recipe = config["options"]!["recipe"]!.AsObject();
        recipe["max_steps"] = null;
        recipe["batch_size"] = 35;
        recipe["epochs"] = 1.5;
        recipe["drop_last"] = true;
        recipe["transforms"] = JsonNode.Parse(transforms);
        File.WriteAllText(path, config.ToJsonString());
        return path;
    }
}
