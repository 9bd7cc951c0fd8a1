using System.Text.Json;
using System.Text.Json.Nodes;
using CifarFast.Engine.Data;
using CifarFast.Engine.Inference;
using CifarFast.Engine.Tests.Data;
using CifarFast.Trainer.Images;
using SkiaSharp;

namespace CifarFast.Trainer.Tests.Commands;

/// <summary>Runs on sets that are not CIFAR-10, from the images to what is made of the network.</summary>
public sealed class OtherSetsTests : IDisposable
{
    private static readonly string[] _short = ["--recipe", "minute", "--batch-size", "20", "--no-progress"];

    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Digits_are_grey_normalised_by_themselves_and_never_mirrored()
    {
        string data = WriteDigits();
        string run = _temporary.Below("run");
        Outcome outcome = Cifarfast.Run(["train", "--data", data, "--epochs", "3", "--out", run, .. _short]);
        outcome.EndedWith(ExitCode.Success, "WARNING: the IDX files in", "say --dataset fashion-mnist");
        Assert.Contains($"data      mnist, {data}", outcome.Lines);
        Assert.Contains("          not mirrored, as mirror images are of other classes; --flip yes mirrors", outcome.Lines);
        Assert.DoesNotContain("flip,", outcome.Output, StringComparison.Ordinal);
        Assert.Contains(outcome.Lines, line => line.StartsWith("with test-time augmentation (shifts): accuracy ", StringComparison.Ordinal));

        // Network, mean and deviation of the images trained on, and the names of the classes are in the checkpoint.
        ImageDataset images = IdxReader.Read(IdxFormat.Mnist, data, only: null, TestContext.Current.CancellationToken);
        using (var classifier = Classifier.Load(Path.Combine(run, "checkpoints", "last.safetensors")))
        {
            Assert.Equal("1×28×28", $"{classifier.Network.Architecture.InputShape}");
            Assert.Equal(images.Train.MeasureNormalize(TestContext.Current.CancellationToken), classifier.Network.Architecture.Layers[0]);
            Assert.Equal(IdxFormat.Mnist.ClassNames, classifier.ClassNames);
        }

        JsonNode options = JsonNode.Parse(File.ReadAllText(Path.Combine(run, "config.json")))!["options"]!;
        Assert.False((bool)options["mirror_keeps_classes"]!);
        Assert.Equal(["RandomTranslate"], options["recipe"]!["transforms"]!.AsArray().Select(transform => (string)transform!["type"]!));
        Assert.Equal("shifts", (string)options["recipe"]!["test_time_augmentation"]!);

        // Whatever looks at the run again finds the images and does the same.
        Outcome eval = Cifarfast.Run("eval", run, "--tta", "mirror-and-shifts").Succeeded();
        Assert.Equal("", eval.Error);
        Assert.Contains("views     not mirrored: mirror images are of other classes, by the run's settings", eval.Lines);
        Assert.Equal(Accuracy(outcome, "with test-time augmentation (shifts)"), Accuracy(eval, "with test-time augmentation (shifts)"));
        foreach (string picture in new[] { "wrong", "augmented", "confusion" })
        {
            DrawnPicture.Check(Path.Combine(run, "pictures", $"{picture}.png"));
        }

        // A network for grey images takes colours for grey, and grey as it is.
        string drawn = _temporary.Below("digit.png");
        byte[] pixels = images.Test.Pixels(3).ToArray();
        DrawGrey(drawn, pixels, 28);
        string json = _temporary.Below("predictions.json");
        Outcome predict = Cifarfast.Run("predict", run, drawn, "--tta", "mirror", "--json", json).Succeeded();
        Assert.Contains("views     not mirrored: mirror images are of other classes, by the run's settings", predict.Lines);
        using (var record = JsonDocument.Parse(File.ReadAllBytes(json)))
        {
            using var classifier = Classifier.Load(Path.Combine(run, "checkpoints", "last.safetensors"));
            Assert.Equal(
                classifier.Predict(pixels), record.RootElement.GetProperty("images")[0].GetProperty("probabilities").EnumerateArray().Select(share => share.GetDouble()));
        }

        Cifarfast.Run("export", run, "--out", _temporary.Below("digits.onnx")).Succeeded();
    }

    [Fact]
    public void A_run_on_digits_is_done_again_and_goes_on_bit_for_bit()
    {
        string data = WriteDigits();
        string whole = _temporary.Below("whole");
        Cifarfast.Run(["train", "--data", data, "--dataset", "mnist", "--epochs", "3", "--no-report", "--out", whole, .. _short]).Succeeded();
        string again = _temporary.Below("again");
        Cifarfast.Run("train", "--config", Path.Combine(whole, "config.json"), "--no-report", "--threads", "1", "--out", again).Succeeded();
        RunFiles.AssertSameEnd(whole, again);
        string cut = _temporary.Below("cut");
        Cifarfast.Run(["train", "--data", data, "--dataset", "mnist", "--epochs", "3", "--max-steps", "3", "--no-report", "--out", cut, .. _short]).Succeeded();
        Cifarfast.Run("train", "--resume", cut, "--max-steps", "6", "--threads", "1", "--simd", "vector128", "--no-report").Succeeded();
        Assert.Equal(RunFiles.Tensors(whole), RunFiles.Tensors(cut));
        Cifarfast.Run("train", "--resume", cut, "--flip", "yes").EndedWith(ExitCode.Usage, "--flip yes: the run was begun with no");
    }

    [Fact]
    public void What_may_be_mirrored_can_be_said()
    {
        string data = WriteDigits();
        string run = _temporary.Below("run");
        Outcome outcome = Cifarfast.Run(["train", "--data", data, "--dataset", "fashion-mnist", "--max-steps", "1", "--no-report", "--out", run, .. _short]).Succeeded();
        Assert.Equal("", outcome.Error);
        Assert.Contains($"data      fashion-mnist, {data}", outcome.Lines);
        Assert.Contains("          augments by alternating flip", outcome.Lines);
        Assert.Equal("T-shirt/top", Names(run)[0]);
        outcome = Cifarfast.Run(
            ["train", "--data", data, "--dataset", "fashion-mnist", "--flip", "no", "--max-steps", "1", "--no-report", "--out", _temporary.Below("other"), .. _short]).Succeeded();
        Assert.DoesNotContain("          augments by alternating flip", outcome.Lines);

        // What the run took its images for holds for them when they lie elsewhere.
        string moved = TinyCifar.WriteDirectory(_temporary.Below("moved"), TinyIdx.Compressed(TinyIdx.Files()));
        outcome = Cifarfast.Run("eval", run, "--data", moved).Succeeded();
        Assert.Equal(("", true), (outcome.Error, outcome.Lines.Contains($"data      fashion-mnist, {moved}, test images")));
    }

    [Fact]
    public void CIFAR_100_has_its_classes_or_their_groups()
    {
        string data = TinyCifar.WriteDirectory(_temporary.Below("data"), TinyCifar100.Files(40, 30));
        string fine = _temporary.Below("fine");
        string coarse = _temporary.Below("coarse");
        Outcome outcome = Cifarfast.Run(["train", "--data", data, "--max-steps", "2", "--out", fine, .. _short]).Succeeded();
        Assert.Contains($"data      cifar100, {data}", outcome.Lines);
        Assert.Contains("above the worst of 100 classes by F1; confused most often:", outcome.Lines);
        Assert.All(outcome.Lines.SkipWhile(line => !line.StartsWith("class  ", StringComparison.Ordinal)).Take(15), line => Assert.InRange(line.Length, 0, 80));
        Assert.False(File.Exists(Path.Combine(fine, "pictures", "confusion.png")));
        DrawnPicture.Check(Path.Combine(fine, "pictures", "confused-pairs.png"));
        Cifarfast.Run(["train", "--data", data, "--labels", "coarse", "--max-steps", "2", "--no-report", "--out", coarse, .. _short]).Succeeded();
        Assert.Equal(TinyCifar100.Fine, Names(fine));
        Assert.Equal(TinyCifar100.Coarse, Names(coarse));

        // Each run has its own labels again.
        Cifarfast.Run("eval", fine).Succeeded();
        Cifarfast.Run("eval", coarse).Succeeded();
        Cifarfast.Run("train", "--resume", coarse, "--max-steps", "3", "--no-report").Succeeded();
        Cifarfast.Run("train", "--resume", coarse, "--labels", "fine").EndedWith(ExitCode.Usage, "--labels fine: the run was begun with coarse");
        Cifarfast.Run("eval", coarse, "--labels", "fine").EndedWith(ExitCode.Failure, "tells 20 classes apart, and the images are of 100");
    }

    [Fact]
    public void What_does_not_go_together_is_said_in_a_line()
    {
        string digits = WriteDigits();
        string run = _temporary.Below("run");
        Cifarfast.Run(["train", "--data", digits, "--dataset", "mnist", "--max-steps", "1", "--no-report", "--out", run, .. _short]).Succeeded();
        string cifar = TinyCifar.WriteDirectory(_temporary.Below("cifar"));
        Cifarfast.Run("eval", run, "--data", cifar).EndedWith(ExitCode.Failure, "minute takes 1×28×28, but the images are 3×32×32");
        Cifarfast.Run("train", "--data", cifar, "--labels", "coarse", "--out", _temporary.Below("x")).EndedWith(ExitCode.Usage, "--labels is for CIFAR-100, and the images are cifar10");
        Cifarfast.Run("train", "--data", cifar, "--dataset", "mnist", "--out", _temporary.Below("x"))
            .EndedWith(ExitCode.Failure, $"--data: {cifar} looks like CIFAR-10: expected the IDX files of MNIST", "or say --dataset cifar10");
        string tiny = TinyCifar.WriteDirectory(_temporary.Below("tiny"), TinyIdx.Files(12, 12));
        Cifarfast.Run(["train", "--data", tiny, "--dataset", "mnist", "--out", _temporary.Below("x"), .. _short])
            .EndedWith(ExitCode.Failure, "the network minute takes images with sides of at least 17, not 1×12×12");
        Assert.False(Directory.Exists(_temporary.Below("x")));
    }

    [Fact]
    public void Grey_of_colours_is_the_usual_luma_and_grey_stays_as_it_is()
    {
        byte[] every = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
        Assert.Equal(every, Luma.Of([.. every, .. every, .. every]));
        Assert.Equal([76, 150, 29, 0, 255], Luma.Of([255, 0, 0, 0, 255, 0, 255, 0, 0, 255, 0, 0, 255, 0, 255]));
    }

    private static string Accuracy(Outcome outcome, string what) =>
        outcome.Lines.Single(line => line.StartsWith($"{what}: accuracy ", StringComparison.Ordinal));

    private static string[] Names(string run) => JsonSerializer.Deserialize<string[]>(RunFiles.Checkpoint(run, "last").Metadata("class_names")!)!;

    private static void DrawGrey(string path, byte[] pixels, int width)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, pixels.Length / width, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        bitmap.Pixels = Array.ConvertAll(pixels, value => new SKColor(value, value, value));
        using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
        File.WriteAllBytes(path, png.ToArray());
    }

    private string WriteDigits() => TinyCifar.WriteDirectory(_temporary.Below("digits"), TinyIdx.Files());
}
