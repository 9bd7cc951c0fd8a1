using CifarFast.Engine.Data;
using CifarFast.Engine.Tests.Data;
using CifarFast.Trainer.Images;
using CifarFast.Trainer.Runs;
using SkiaSharp;

namespace CifarFast.Trainer.Tests.Images;

/// <summary>What data set a folder of pictures is.</summary>
public sealed class PictureDatasetTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();
    private readonly PictureTree _tree;

    public PictureDatasetTests() => _tree = new PictureTree(_temporary.Below("pictures"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void CifarAsPicturesIsTheSameSet()
    {
        string binary = TinyCifar.WriteDirectory(_temporary.Below("binary"));
        ImageDataset expected = DatasetLoader.Load(new DatasetRequest { Path = binary }, cancellation: Cancellation).Dataset;
        Export(expected.Train, "train", expected.ClassNames);
        Export(expected.Test, "test", expected.ClassNames);
        LoadedDataset loaded = Load().Loaded;
        Assert.Equal(expected.ClassNames.Order(StringComparer.Ordinal), loaded.Dataset.ClassNames);

        // Classes are in the order of their names, which those of the binary set are not.
        int[] labels = [.. expected.Train.Labels.ToArray().Select(label => loaded.Dataset.ClassNames.ToList().IndexOf(expected.ClassNames[label]))];
        Assert.Equal(expected.Train.WithLabels(labels).Sha256(Cancellation), loaded.Dataset.Train.Sha256(Cancellation));
        Assert.Equal(expected.Test.Count, loaded.Dataset.Test.Count);
        Assert.Equal($"train/{expected.ClassNames[expected.Train.Labels[3]]}/00003.png", loaded.Dataset.Train.Name(3));

        void Export(ImageSet images, string split, IReadOnlyList<string> names)
        {
            for (int i = 0; i < images.Count; i++)
            {
                _tree.WritePng($"{split}/{names[images.Labels[i]]}/{i:D5}.png", images.Pixels(i), images.Width, images.Height);
            }
        }
    }

    [Fact]
    public void ImagesAreInTheOrderOfFileNamesThenOfClasses()
    {
        foreach (string path in new[] { "train/b/2.png", "train/a/2.png", "train/a/1.png", "train/b/deep/10.png", "train/B/9.png", "test/a/1.png" })
        {
            _tree.Draw(path, kind: path[6], number: path.Length);
        }

        ImageDataset dataset = Load().Loaded.Dataset;
        Assert.Equal(["B", "a", "b"], dataset.ClassNames);
        Assert.Equal(["train/a/1.png", "train/b/deep/10.png", "train/a/2.png", "train/b/2.png", "train/B/9.png"], NamesOf(dataset.Train));
        Assert.Equal([1, 2, 1, 2, 0], dataset.Train.Labels.ToArray());
    }

    [Theory]
    [InlineData("train", "test", "val")]
    [InlineData("Training", "TESTING", "Valid")]
    [InlineData("train", "test", "validation")]
    public void SplitsHaveTheirUsualNames(string train, string test, string validation)
    {
        DrawClasses(train, 3);
        DrawClasses(test, 2);
        PictureDataset alone = Load();
        Assert.Equal((6, 4, null), (alone.Loaded.Dataset.Train.Count, alone.Loaded.Dataset.Test.Count, alone.Loaded.Dataset.Validation));
        Assert.Contains($"'{test}' serves to test with: it measures and chooses no epoch", alone.Notes);
        DrawClasses(validation, 1);
        PictureDataset both = Load();
        Assert.Equal((6, 4, 2), (both.Loaded.Dataset.Train.Count, both.Loaded.Dataset.Test.Count, both.Loaded.Dataset.Validation?.Count));
        Assert.DoesNotContain(both.Notes, note => note.Contains("serves"));
        Directory.Delete(Path.Combine(_tree.Folder, test), recursive: true);
        Assert.Contains($"'{validation}' serves to test with, as there is no 'test' beside it: it measures and chooses no epoch", Load().Notes);
    }

    [Fact]
    public void AFolderWithoutSplitsIsSplitClassByClass()
    {
        foreach ((string name, int count, int kind) in new[] { ("many", 20, 0), ("some", 3, 1), ("two", 2, 2), ("one", 1, 3) })
        {
            Enumerable.Range(0, count).ToList().ForEach(i => _tree.Draw($"{name}/{i}.png", kind, i));
        }

        PictureDataset dataset = Load();
        Assert.True(dataset.IsSplitBySeed);
        Assert.Equal([4, 0, 1, 1], PerClass(dataset.Loaded.Dataset.Test));
        Assert.Equal([16, 1, 2, 1], PerClass(dataset.Loaded.Dataset.Train));
        Assert.Empty(NamesOf(dataset.Loaded.Dataset.Train).Intersect(NamesOf(dataset.Loaded.Dataset.Test)));
        Assert.Contains(dataset.Notes, note => note.EndsWith("20 % of every class are held out for that, chosen by the seed 1", StringComparison.Ordinal));
        Assert.Equal(NamesOf(dataset.Loaded.Dataset.Test), NamesOf(Load().Loaded.Dataset.Test));
        Assert.NotEqual(NamesOf(dataset.Loaded.Dataset.Test), NamesOf(Load(request => request with { Seed = 2 }).Loaded.Dataset.Test));

        int[] PerClass(ImageSet images) => [.. Enumerable.Range(0, 4).Select(label => images.Labels.Count(label))];
    }

    [Fact]
    public void EveryFormatIsReadAndATroubleIsALine()
    {
        for (int i = 0; i < 10; i++)
        {
            string format = PictureTree.Formats[i % PictureTree.Formats.Count];
            _tree.Draw($"train/Äpfel und Birnen/{i} 梨.{format}", kind: 0, i, width: 10 + (17 * i), height: 90 - (8 * i));
            _tree.Draw($"train/яблоки/nested/deeper/{i}.{format}", kind: 1, i);
            _tree.Draw($"test/яблоки/{i}.png", kind: 1, i + 100);
            _tree.Draw($"test/Äpfel und Birnen/{i}.png", kind: 0, i + 100);
        }

        _tree.Write("train/яблоки/notes.txt", "no picture"u8);
        _tree.Write("train/яблоки/empty.jpg", []);
        _tree.Write("train/яблоки/broken.png", File.ReadAllBytes(_tree.Draw("spare.png", 0, 0)).AsSpan(0, 60));
        _tree.Write("train/яблоки/photo.heic", "\0\0\0\u0018ftypheic\0\0\0\0mif1heic"u8);
        _tree.Draw("test/unheard of/1.png", 2, 0);
        Directory.CreateDirectory(Path.Combine(_tree.Folder, "train", "none"));
        PictureDataset dataset = Load();
        Assert.Equal(["Äpfel und Birnen", "яблоки"], dataset.Loaded.Dataset.ClassNames);
        Assert.Equal((20, 20), (dataset.Loaded.Dataset.Train.Count, dataset.Loaded.Dataset.Test.Count));
        Assert.Equal(
            [
                "left out: 'train/яблоки/broken.png' is damaged, or its end is missing",
                "left out: 'train/яблоки/empty.jpg' is empty",
                "left out: 'train/яблоки/photo.heic' is a HEIC picture, which cannot be read: make a PNG or JPEG of it first",
                "1 file passed over, no picture, the first one 'train/яблоки/notes.txt', a text file",
                "1 file passed over, in no class folder, the first one 'spare.png'",
                "without any picture: 'train/none'",
                "left out, as there is nothing to train on: 1 picture of 'test/unheard of'",
                "'test' serves to test with: it measures and chooses no epoch",
            ],
            dataset.Notes);
        Fails("'train/яблоки/broken.png' is damaged, or its end is missing, nor can 2 more; with --strict that is an error", request => request with { Settings = request.Settings with { Strict = true } });
    }

    [Fact]
    public void LinksAreFollowedButNotRoundInCircles()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links want a privilege there");
        DrawClasses("elsewhere", 2, Path.Combine(_temporary.Path, "pool"));
        Directory.CreateDirectory(Path.Combine(_tree.Folder, "train"));
        Directory.CreateSymbolicLink(Path.Combine(_tree.Folder, "train", "a"), Path.Combine(_temporary.Path, "pool", "elsewhere", "a"));
        _tree.Draw("train/b/1.png", 1, 1);
        Directory.CreateSymbolicLink(Path.Combine(_tree.Folder, "train", "b", "round"), "../..");
        File.CreateSymbolicLink(Path.Combine(_tree.Folder, "train", "b", "2.png"), Path.Combine(_temporary.Path, "pool", "elsewhere", "b", "0.png"));
        File.CreateSymbolicLink(Path.Combine(_tree.Folder, "train", "b", "gone.png"), "nowhere.png");
        PictureDataset dataset = Load(request => request with { TakesWhole = true });
        Assert.Equal(["train/a/0.png", "train/a/1.png", "train/b/1.png", "train/b/2.png"], NamesOf(dataset.Loaded.Dataset.Train));
        Assert.Equal("left out: 'train/b/gone.png' does not exist", dataset.Notes[0]);
    }

    [Fact]
    public void TheSamePixelsOnBothSidesArePointedOut()
    {
        DrawClasses("train", 3);
        DrawClasses("test", 1);
        File.Delete(_tree.Draw("test/a/0.png", 0, 0));
        _tree.Draw("test/b/again.png", 0, 1);
        Assert.Contains("2 test pictures with the same pixels as one to train on, the first one 'test/b/0.png' as 'train/b/0.png'", Load().Notes);
    }

    [Fact]
    public void OfTooFewOrTooManyClassesItIsSaid()
    {
        Directory.CreateDirectory(_tree.Folder);
        Fails("has no pictures in class folders (PNG, JPEG, BMP, WebP and GIF): expected a folder of pictures for each class in");
        _tree.Draw("only/1.png", 0, 1);
        Fails("has pictures of one class only, 'only', and there is nothing to tell it from");
        byte[] picture = File.ReadAllBytes(_tree.Draw("only/1.png", 0, 1));
        for (int i = 0; i < 999; i++)
        {
            _tree.Write($"class {i}/1.png", picture);
        }

        Assert.Equal(1000, Load().Loaded.Dataset.ClassNames.Count);
        _tree.Write("one more/1.png", picture);
        Fails("has 1,001 classes, and 1,000 at most can be told apart");
        Fails("does not exist", request => request with { Folder = _temporary.Below("nowhere") });
        Fails("is a file", request => request with { Folder = Path.Combine(_tree.Folder, "only", "1.png") });
    }

    [Fact]
    public void TwoFoldersForTheSameAreAnError()
    {
        DrawClasses("train", 1);
        DrawClasses("val", 1);
        DrawClasses("valid", 1);
        Fails("has 'val' and 'valid', which are for the same pictures: leave one of them");
        Directory.Delete(Path.Combine(_tree.Folder, "train"), recursive: true);
        Directory.Delete(Path.Combine(_tree.Folder, "valid"), recursive: true);
        Fails("has 'val' and no folder to train on: name one 'train'");
        Assert.Equal(2, Load(request => request with { Only = DataSplit.Test }).Loaded.Dataset.Test.Count);
    }

    [Fact]
    public void AClassMayBeCalledAsASplit()
    {
        _tree.Draw("train/1.png", 0, 1);
        _tree.Draw("plane/1.png", 1, 1);
        Assert.Equal(["plane", "train"], Load().Loaded.Dataset.ClassNames);
    }

    [Fact]
    public void ClassesMayBeGivenAndOthersArePutApart()
    {
        DrawClasses("train", 2);
        DrawClasses("test", 2);
        PictureDataset dataset = Load(request => request with { Only = DataSplit.Test, Classes = ["z", "b"] });
        Assert.Equal(["z", "b"], dataset.Loaded.Dataset.ClassNames);
        Assert.Equal(["test/b/0.png", "test/b/1.png"], NamesOf(dataset.Loaded.Dataset.Test));
        Assert.Equal([1, 1], dataset.Loaded.Dataset.Test.Labels.ToArray());
        Assert.Equal(["a"], dataset.ApartClasses);
        Assert.Equal([0, 0], dataset.Apart!.Labels.ToArray());
        Assert.Equal(["test/a/0.png", "test/a/1.png"], NamesOf(dataset.Apart));
        Assert.Equal(0, dataset.Loaded.Dataset.Train.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void ASetMayLieInSeveralBlocks(int picturesPerBlock)
    {
        DrawClasses("train", 5);
        DrawClasses("test", 2);
        _tree.Write("train/a/1.5.txt", "in between"u8);
        ImageDataset expected = Load().Loaded.Dataset;
        ImageDataset blocks = Load(request => request with { PicturesPerBlock = picturesPerBlock }).Loaded.Dataset;
        Assert.Equal((expected.Train.Sha256(Cancellation), expected.Test.Sha256(Cancellation)), (blocks.Train.Sha256(Cancellation), blocks.Test.Sha256(Cancellation)));
        Assert.Equal(10, blocks.Train.Count);
    }

    [Fact]
    public void WhatMemoryIsTooSmallForIsSaidOfAllSplitsTogether()
    {
        DrawClasses("train", 5);
        DrawClasses("val", 2);
        DrawClasses("test", 2);
        const int bytes = 18 * 3 * 32 * 32;
        Fails("18 pictures of 32×32 take 0 MB of memory, and there are 0; a smaller --image-size takes less", request => request with { AvailableBytes = bytes - 1 });
        Assert.Equal(10, Load(request => request with { AvailableBytes = bytes }).Loaded.Dataset.Train.Count);
    }

    [Fact]
    public void PicturesAreCutOrLieBetweenBars()
    {
        for (int i = 0; i < 2; i++)
        {
            _tree.Write($"a/{i}.png", PictureTree.Encode("png", 120, 60, (x, _) => x is < 30 or >= 90 ? SKColors.Red : SKColors.Lime));
            _tree.Write($"b/{i}.png", PictureTree.Encode("png", 24, 24, (_, _) => SKColors.White));
        }

        ImageSet cut = Pixels(PictureFit.Crop);
        Assert.Equal((24, 24), (cut.Width, cut.Height));
        Assert.Equal(((byte)0, (byte)255, (byte)0), ColourOf(cut, 12, 1));
        Assert.Equal(((byte)0, (byte)255, (byte)0), ColourOf(cut, 2, 12));
        ImageSet whole = Pixels(PictureFit.Letterbox);
        Assert.Equal(((byte)0, (byte)0, (byte)0), ColourOf(whole, 12, 3));
        Assert.Equal(((byte)0, (byte)0, (byte)0), ColourOf(whole, 12, 20));
        Assert.Equal(((byte)0, (byte)255, (byte)0), ColourOf(whole, 12, 12));
        Assert.Equal(((byte)255, (byte)0, (byte)0), ColourOf(whole, 1, 12));

        ImageSet Pixels(PictureFit fit) =>
            Load(request => request with { TakesWhole = true, Settings = new PictureSettings { ImageSize = 24, Fit = fit } }).Loaded.Dataset.Train;

        static (byte Red, byte Green, byte Blue) ColourOf(ImageSet images, int x, int y)
        {
            int plane = images.Width * images.Height;
            ReadOnlySpan<byte> pixels = images.Pixels(0);
            return (pixels[(y * images.Width) + x], pixels[plane + (y * images.Width) + x], pixels[(2 * plane) + (y * images.Width) + x]);
        }
    }

    [Fact]
    public void DecodingEndsWhenItIsCancelled()
    {
        DrawClasses("train", 20);
        using var source = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => PictureDataset.Load(Request(), _ => source.Cancel(), source.Token));
    }

    private void DrawClasses(string split, int count, string? folder = null)
    {
        PictureTree tree = folder is null ? _tree : new PictureTree(folder);
        for (int i = 0; i < count; i++)
        {
            tree.Draw($"{split}/a/{i}.png", kind: 0, i);
            tree.Draw($"{split}/b/{i}.png", kind: 1, i);
        }
    }

    private static string[] NamesOf(ImageSet images) => [.. Enumerable.Range(0, images.Count).Select(i => images.Name(i)!)];

    private PictureRequest Request() => new(_tree.Folder, PictureSettings.Default, Seed: 1, CacheDirectory: null);

    private PictureDataset Load(Func<PictureRequest, PictureRequest>? change = null) =>
        PictureDataset.Load(change is null ? Request() : change(Request()), progress: null, Cancellation);

    private void Fails(string message, Func<PictureRequest, PictureRequest>? change = null) =>
        Assert.Contains(message, Assert.Throws<DataException>(() => Load(change)).Message);
}
