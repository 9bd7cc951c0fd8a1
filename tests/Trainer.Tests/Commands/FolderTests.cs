using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CifarFast.Engine.Tests.Data;
using CifarFast.Trainer.Tests.Images;

namespace CifarFast.Trainer.Tests.Commands;

/// <summary>From a folder of pictures to a trained network, and what that says of other pictures.</summary>
public sealed class FolderTests(FolderRun run) : IClassFixture<FolderRun>, IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void EachTroubleIsALineAndNothingIsWrittenIntoTheFolder()
    {
        Assert.Equal(
            [
                "cifarfast: left out: 'train/red ones/broken.jpg' is damaged: it begins as a JPEG picture",
                "cifarfast: 1 file passed over, no picture, the first one 'train/red ones/notes.txt', a text file",
                "cifarfast: without any picture: 'train/nothing'",
                "cifarfast: left out, as there is nothing to train on: 1 picture of 'test/unknown'",
            ],
            run.Outcome.SucceededWithNotes().Error.TrimEnd().ReplaceLineEndings("\n").Split('\n'));
        Assert.Contains("          36 images to train on, 12 to validate, 18 to test with", run.Outcome.Lines);
        Assert.Contains($"data      folder, {run.Data}", run.Outcome.Lines);
        Assert.Equal(run.Before, run.Listing());
    }

    [Fact]
    public void ImagesToValidateWithChooseTheBestEpoch()
    {
        Summary summary = Summary.Load(run.Directory);
        Assert.Contains(run.Outcome.Lines, line => line.StartsWith("best epoch by validation-accuracy: ", StringComparison.Ordinal));
        Assert.All(summary.OfEpochs("validation_accuracy"), accuracy => Assert.InRange(accuracy, 0, 1));
        Assert.InRange(summary.OfEpochs("test_accuracy")[^1], 0.5, 1);
    }

    [Fact]
    public void TheRunIsDoneAgainAndGoesOnBitForBit()
    {
        string again = _temporary.Below("again");
        Cifarfast.Run("train", "--config", Path.Combine(run.Directory, "config.json"), "--max-steps", "17", "--no-report", "--threads", "1", "--out", again).SucceededWithNotes();
        Cifarfast.Run("train", "--resume", again, "--max-steps", "100", "--no-report").SucceededWithNotes();
        Assert.Equal(File.ReadAllBytes(Path.Combine(run.Directory, "weights.safetensors")), File.ReadAllBytes(Path.Combine(again, "weights.safetensors")));
        Cifarfast.Run("train", "--resume", again, "--fit", "crop").EndedWith(ExitCode.Usage, "--fit crop: the run was begun with letterbox");
    }

    [Fact]
    public void AFolderThatChangedIsToldFromTheOneTheRunWasBegunWith()
    {
        string folder = _temporary.Below("pictures");
        var tree = new PictureTree(folder);
        for (int i = 0; i < 6; i++)
        {
            string split = i < 4 ? "train" : i == 4 ? "test" : "val";
            tree.Draw($"{split}/a/{i}.png", 0, i);
            tree.Draw($"{split}/b/{i}.png", 1, i);
        }

        string begun = _temporary.Below("begun");
        Cifarfast.Run("train", "--data", folder, "--recipe", "reference", "--max-steps", "1", "--no-report", "--out", begun).SucceededWithNotes();
        tree.Draw("train/a/more.png", 0, 9);
        Cifarfast.Run("train", "--resume", begun, "--max-steps", "2").EndedWith(ExitCode.Failure, "there were 8 to train on and 2 to test with, and now there are 9 and 2; say with --data");
        File.Delete(Path.Combine(folder, "train", "a", "more.png"));
        tree.Draw("train/a/3.png", 0, 33);
        Cifarfast.Run("train", "--resume", begun, "--max-steps", "2").EndedWith(ExitCode.Failure, "they are as many, so some were changed or exchanged; say with --data");
        JsonNode config = JsonNode.Parse(File.ReadAllText(Path.Combine(begun, "config.json")))!;
        config["machine"]!["processor"] = "another one";
        File.WriteAllText(Path.Combine(begun, "config.json"), config.ToJsonString());
        Cifarfast.Run("train", "--config", Path.Combine(begun, "config.json"), "--out", _temporary.Below("other")).EndedWith(ExitCode.Failure, "may decode them to other pixels, as happens with JPEG");
    }

    [Fact]
    public void EvalHasTheFiguresOfTheRun()
    {
        string json = _temporary.Below("figures.json");
        Cifarfast.Run("eval", Path.Combine(run.Directory, "checkpoints", "last.safetensors"), "--json", json).Succeeded();
        using var figures = JsonDocument.Parse(File.ReadAllBytes(json));
        Summary summary = Summary.Load(run.Directory);
        Assert.Equal(summary.OfEpochs("test_accuracy")[^1], figures.RootElement.GetProperty("accuracy").GetDouble());
        Assert.Equal(18, figures.RootElement.GetProperty("images").GetInt32());
    }

    [Fact]
    public void EvalMatchesClassesByNameAndPutsOthersApart()
    {
        // In another order than the network has them, and one of them is missing.
        var tree = new PictureTree(_temporary.Below("other"));
        for (int i = 0; i < 4; i++)
        {
            tree.Draw($"青/{i}.png", 2, i + 700);
            tree.Draw($"Red/{i}.png", 0, i);
            tree.Draw($"red ones/{i}.png", 0, i + 700);
        }

        string csv = _temporary.Below("rows.csv");
        Outcome outcome = Cifarfast.Run("eval", run.Directory, "--data", tree.Folder, "--csv", csv).Succeeded();
        Assert.Equal("", outcome.Error);
        Assert.Contains($"data      folder, {tree.Folder}, all images", outcome.Lines);
        Assert.Contains("classes   only the folder has, and the figures leave out 'Red' (4 images); only the network has 'зелёные'", outcome.Lines);
        string[] rows = File.ReadAllLines(csv);
        Assert.Equal("image,file,class,predicted,probability,probability_of_class", rows[0]);
        Assert.Equal(13, rows.Length);
        Assert.StartsWith("0,red ones/0.png,red ones,", rows[1]);
        Assert.StartsWith("1,青/0.png,青,", rows[2]);
        Assert.All(rows[9..], row => Assert.Matches(@"^\d+,Red/\d\.png,Red,[^,]+,0\.\d+,$", row));
        int right = rows[1..9].Select(row => row.Split(',')).Count(row => row[2] == row[3]);
        Assert.Contains(outcome.Lines, line => line.EndsWith($"{8 - right} errors in 8 images", StringComparison.Ordinal) || (right == 7 && line.EndsWith("1 error in 8 images", StringComparison.Ordinal)));

        Outcome table = Cifarfast.Run("eval", run.Directory, "--data", tree.Folder, "--csv", "-").Succeeded();
        Assert.Equal(File.ReadAllBytes(csv), table.Bytes);
        Assert.Equal("", table.Output);
        Cifarfast.Run("eval", run.Directory, "--csv", csv, "--json", csv).EndedWith(ExitCode.Usage, "--json and --csv are both");
    }

    [Fact]
    public void EvalOfOtherClassesAltogetherIsAnError()
    {
        var tree = new PictureTree(_temporary.Below("other"));
        tree.Draw("dogs/1.png", 0, 1);
        tree.Draw("cats/1.png", 1, 1);
        Cifarfast.Run("eval", run.Directory, "--data", tree.Folder).EndedWith(
            ExitCode.Failure, "has the name of one of the network's classes: it has cats, dogs, and the network red ones, зелёные, 青");
    }

    [Fact]
    public void PredictTakesPicturesAsTheRunDidAndComparesWithTheirFolders()
    {
        string test = Path.Combine(run.Data, "test");
        string json = _temporary.Below("predictions.json");
        Outcome outcome = Cifarfast.Run("predict", Path.Combine(run.Directory, "weights.safetensors"), test, "--top", "1", "--json", json).Succeeded();
        string agreement = outcome.Lines[^2];
        Assert.Matches(@"^\d+ of 18 pictures in folders named as classes are taken for theirs \(\d+\.\d\d%\); 1 picture in folders of other names$", agreement);

        // The same pictures in the same form have the same probabilities.
        string csv = _temporary.Below("rows.csv");
        Cifarfast.Run("eval", Path.Combine(run.Directory, "weights.safetensors"), "--data", test, "--csv", csv).Succeeded();
        Dictionary<string, string> expected = File.ReadAllLines(csv)[1..].Select(row => row.Split(',')).ToDictionary(row => row[1], row => row[4]);
        using var predictions = JsonDocument.Parse(File.ReadAllBytes(json));
        foreach (JsonElement image in predictions.RootElement.GetProperty("images").EnumerateArray())
        {
            string name = Path.GetRelativePath(test, image.GetProperty("path").GetString()!).Replace('\\', '/');
            double best = image.GetProperty("probabilities").EnumerateArray().Max(value => value.GetDouble());
            Assert.Equal(double.Parse(expected[name], CultureInfo.InvariantCulture), best, precision: 6);
        }
    }

    [Fact]
    public void TheReportIsDrawnAtAnyTime()
    {
        byte[] drawn = File.ReadAllBytes(Path.Combine(run.Directory, "pictures", "right.png"));
        Cifarfast.Run("report", run.Directory).SucceededWithNotes();
        DrawnPicture.Check(Path.Combine(run.Directory, "pictures", "right.png"));
        Assert.Equal(drawn, File.ReadAllBytes(Path.Combine(run.Directory, "pictures", "right.png")));
        Cifarfast.Run("report", run.Directory, "--data", _temporary.Below("nowhere")).EndedWith(ExitCode.Failure, "does not exist");
    }

    [Fact]
    public void ExportsHaveTheClasses()
    {
        string onnx = _temporary.Below("model.onnx");
        Cifarfast.Run("export", run.Directory, "--out", onnx).Succeeded();
        Assert.Contains("\\u9752", Encoding.UTF8.GetString(File.ReadAllBytes(onnx)));
    }

    [Fact]
    public void OptionsOfFoldersAreCheckedAndTheRecipeIsSaid()
    {
        Cifarfast.Run("train", "--data", run.Data, "--image-size", "20").EndedWith(ExitCode.Usage, "--image-size takes a whole number from 24 to 128, not '20'.");
        Cifarfast.Run("train", "--dataset", "synthetic", "--fit", "crop").EndedWith(ExitCode.Usage, "--fit is for folders of pictures, and no --data names one");
        Cifarfast.Run("train", "--data", run.Data, "--strict").EndedWith(ExitCode.Failure, "'train/red ones/broken.jpg' is damaged");
        Outcome both = Cifarfast.Run("train", "--data", run.Data, "--validation-split", "0.1", "--out", _temporary.Below("both"));
        Assert.Equal(ExitCode.Usage, both.ExitCode);
        Assert.EndsWith("--validation-split does not go with a data set that has images to validate with of its own; leave it out", both.Error.TrimEnd());
        Outcome outcome = Cifarfast.Run("train", "--data", run.Data, "--image-size", "24", "--max-steps", "1", "--no-report", "--out", _temporary.Below("run")).SucceededWithNotes();
        Assert.Contains("network   minute, input 3×24×24", outcome.Lines);
        Assert.Contains("          as none was named: it learns from few pictures too, in minutes", outcome.Lines);
    }
}
