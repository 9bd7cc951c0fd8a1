using CifarFast.Engine.Tests.Data;
using CifarFast.Trainer.Images;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Tests.Images;

/// <summary>What is decoded once is not decoded again, and what lies in the cache is never believed where the files say otherwise.</summary>
public sealed class PictureCacheTests : IDisposable
{
    private const int PicturesAClass = 6;

    private readonly TemporaryDirectory _temporary = new();
    private readonly PictureTree _tree;
    private int _decoded;

    public PictureCacheTests()
    {
        _tree = new PictureTree(_temporary.Below("pictures"));
        for (int i = 0; i < PicturesAClass; i++)
        {
            _tree.Draw($"train/a/{i}.png", 0, i);
            _tree.Draw($"train/b/{i}.jpg", 1, i);
            _tree.Draw($"test/a/{i}.png", 0, i + 50);
            _tree.Draw($"test/b/{i}.png", 1, i + 50);
        }
    }

    private string Cache => _temporary.Below("cache");

    private string[] CacheFiles => Directory.GetFiles(Cache, "*", SearchOption.AllDirectories);

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void ASecondStartDecodesNothing()
    {
        _tree.Write("train/a/notes.txt", "no picture"u8);
        _tree.Write("train/a/broken.png", [0x89]);
        (string first, int decoded, string[] notes) = Load();
        Assert.Equal((4 * PicturesAClass) + 2, decoded);
        string[] written = [.. CacheFiles.Select(file => $"{file} {File.GetLastWriteTimeUtc(file).Ticks}")];
        (string second, int again, string[] sameNotes) = Load();
        Assert.Equal((first, 0), (second, again));
        Assert.Equal(notes, sameNotes);
        Assert.Equal(written, CacheFiles.Select(file => $"{file} {File.GetLastWriteTimeUtc(file).Ticks}"));
        Assert.Equal(2, written.Length);
    }

    [Fact]
    public void OnlyWhatChangedIsDecodedAnew()
    {
        Load();
        string changed = _tree.Draw("train/b/2.jpg", 1, 77);
        File.SetLastWriteTimeUtc(changed, DateTime.UtcNow.AddMinutes(1));
        _tree.Draw("train/a/new.png", 0, 78);
        File.Delete(Path.Combine(_tree.Folder, "train/a/0.png"));
        (string hash, int decoded, _) = Load();
        Assert.Equal(2, decoded);
        Assert.Equal(HashOfAll(), hash);
        Assert.Equal((hash, 0), (Load() is var (again, none, _) ? (again, none) : default));
    }

    [Fact]
    public void OtherFormsHaveCachesOfTheirOwn()
    {
        Load();
        int files = CacheFiles.Length;
        Assert.Equal(4 * PicturesAClass, Load(new PictureSettings { ImageSize = 32, Fit = PictureFit.Letterbox }).Decoded);
        Assert.Equal(4 * PicturesAClass, Load(new PictureSettings { ImageSize = 24, Fit = PictureFit.Crop }).Decoded);
        Assert.Equal(3 * files, CacheFiles.Length);
        Assert.Equal(0, Load().Decoded);
    }

    [Fact]
    public void WhatWasNotUsedForLongIsDeletedWhenAnotherIsWritten()
    {
        var small = new PictureSettings { ImageSize = 24, Fit = PictureFit.Crop };
        Load();
        string[] used = CacheFiles;
        Load(small);
        string unfinished = $"{used[0]}.tmp";
        File.WriteAllText(unfinished, "what a process was at when it was killed");
        Age([.. CacheFiles], 100);
        Assert.Equal(0, Load().Decoded);
        string young = Path.Combine(Path.GetDirectoryName(used[0])!, "young.bin");
        File.WriteAllText(young, "of another program's version");
        Age([young], 80);

        Load(new PictureSettings { ImageSize = 32, Fit = PictureFit.Letterbox });
        Assert.False(File.Exists(unfinished));
        Assert.Equal(used.Length + 2 + 1, CacheFiles.Length);
        Assert.Empty(new[] { used[0], used[1], young }.Except(CacheFiles));
        Assert.Equal(0, Load().Decoded);
        Assert.Equal(4 * PicturesAClass, Load(small).Decoded);

        static void Age(string[] files, int days)
        {
            foreach (string file in files)
            {
                File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-days));
                File.SetLastAccessTimeUtc(file, DateTime.UtcNow.AddDays(-days));
            }
        }
    }

    [Fact]
    public void WhateverIsDamagedIsDecodedAgain()
    {
        string expected = Load().Hash;
        string file = CacheFiles.MaxBy(path => new FileInfo(path).Length)!;
        byte[] whole = File.ReadAllBytes(file);
        var random = new Random(5);
        for (int i = 0; i < 60; i++)
        {
            byte[] damaged = [.. whole];
            int place = i < 20 ? i : random.Next(damaged.Length);
            damaged[place] ^= (byte)random.Next(1, 256);
            File.WriteAllBytes(file, damaged);
            (string hash, int decoded, _) = Load();
            Assert.Equal(expected, hash);
            Assert.InRange(decoded, 1, 2 * PicturesAClass);
            Assert.Equal(whole, File.ReadAllBytes(file));
        }
    }

    [Fact]
    public void ACacheThatIsCutShortOrSomethingElseIsWrittenAnew()
    {
        string expected = Load().Hash;
        foreach (string file in CacheFiles)
        {
            byte[] whole = File.ReadAllBytes(file);
            byte[][] others = [[], whole[..8], whole[..100], whole[..^1], [.. whole, 0], "something else entirely, and long enough"u8.ToArray()];
            foreach (byte[] other in others)
            {
                File.WriteAllBytes(file, other);
                Assert.Equal(expected, Load().Hash);
                Assert.Equal(whole, File.ReadAllBytes(file));
            }
        }
    }

    [Fact]
    public void WithoutACacheAllIsDecoded()
    {
        string expected = Load().Hash;
        Assert.Equal(expected, HashOfAll());
        File.WriteAllText(_temporary.Below("file"), "no folder");
        (string hash, int decoded, string[] notes) = Load(cache: _temporary.Below("file"));
        Assert.Equal((expected, 4 * PicturesAClass), (hash, decoded));
        Assert.StartsWith("the decoded pictures are not kept for another time: ", notes[0]);
    }

    [Fact]
    public void NothingIsWrittenIntoTheFolderOfThePictures()
    {
        string[] before = Listing();
        Load();
        Load();
        Assert.Equal(before, Listing());

        string[] Listing() => [.. Directory.GetFileSystemEntries(_tree.Folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path => $"{path} {File.GetLastWriteTimeUtc(path).Ticks}")];
    }

    [Fact]
    public void WhatIsDecodedWhenItIsCancelledIsKept()
    {
        using var source = new CancellationTokenSource();
        int seen = 0;
        void Progress(PictureProgress progress)
        {
            if (Interlocked.Increment(ref seen) == 3)
            {
                source.Cancel();
            }
        }

        Assert.ThrowsAny<OperationCanceledException>(() => PictureDataset.Load(Request(PictureSettings.Default, Cache), Progress, source.Token));
        Assert.InRange(Load().Decoded, 1, (4 * PicturesAClass) - 3);
    }

    [Fact]
    public void SeveralAtATimeDoNotHarmEachOther()
    {
        string expected = Load(cache: null).Hash;
        Parallel.For(0, 8, _ => Assert.Equal(expected, HashOf(PictureDataset.Load(Request(PictureSettings.Default, Cache), progress: null, CancellationToken.None))));
        Load();
        Assert.Equal((expected, 0), (Load() is var (hash, decoded, _) ? (hash, decoded) : default));
    }

    [Fact]
    public void ALinkedFolderHasTheCacheOfWhereItLeads()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links want a privilege there");
        Load();
        Directory.CreateSymbolicLink(_temporary.Below("link"), _tree.Folder);
        _decoded = 0;
        PictureDataset.Load(Request(PictureSettings.Default, Cache) with { Folder = _temporary.Below("link") }, _ => Interlocked.Increment(ref _decoded), CancellationToken.None);
        Assert.Equal(0, _decoded);
    }

    private PictureRequest Request(PictureSettings settings, string? cache) => new(_tree.Folder, settings, Seed: 1, cache);

    private (string Hash, int Decoded, string[] Notes) Load(PictureSettings? settings = null) => Load(settings ?? PictureSettings.Default, Cache);

    private (string Hash, int Decoded, string[] Notes) Load(string? cache) => Load(PictureSettings.Default, cache);

    private (string Hash, int Decoded, string[] Notes) Load(PictureSettings settings, string? cache)
    {
        _decoded = 0;
        PictureDataset dataset = PictureDataset.Load(Request(settings, cache), _ => Interlocked.Increment(ref _decoded), CancellationToken.None);
        return (HashOf(dataset), _decoded, [.. dataset.Notes]);
    }

    private static string HashOf(PictureDataset dataset) => dataset.Loaded.Dataset.Train.Sha256() + dataset.Loaded.Dataset.Test.Sha256();

    private string HashOfAll() => Load(cache: null).Hash;
}
