using System.Security.Cryptography;
using CifarFast.Engine.Data;

namespace CifarFast.Engine.Tests.Data;

public sealed class DatasetLoaderTests : IDisposable
{
    private static readonly byte[] _archive = TinyCifar.Archive();
    private static readonly byte[] _archive100 = TinyCifar.Archive(TinyCifar100.Files(), "cifar-100-binary/");
    private static readonly byte[] _damaged = [.. _archive[..^1], (byte)(_archive[^1] ^ 1)];

    private readonly TemporaryDirectory _temporary = new();

    private string Cache => _temporary.Below("cache", "cifarfast");

    private string Images => Path.Combine(Cache, TinyCifar.DirectoryName);

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Prefers_the_path_of_the_request_then_the_variable_then_the_cache()
    {
        using var server = new FaultyServer(_archive);
        string named = TinyCifar.WriteDirectory(_temporary.Below("named"), TinyCifar.Files(1, 1));
        string variable = TinyCifar.WriteDirectory(_temporary.Below("variable"), TinyCifar.Files(2, 2));
        TinyCifar.WriteDirectory(Images, TinyCifar.Files(3, 3));
        DatasetSources sources = Sources(server) with { EnvironmentPath = variable };

        LoadedDataset loaded = Load(new DatasetRequest { Path = named }, sources);
        Assert.Equal((1, named, null), (loaded.Dataset.Test.Count, loaded.Origin, loaded.Warning));
        loaded = Load(new DatasetRequest(), sources);
        Assert.Equal((2, variable, null), (loaded.Dataset.Test.Count, loaded.Origin, loaded.Warning));
        loaded = Load(new DatasetRequest(), sources with { EnvironmentPath = "" });
        Assert.Equal((3, Images, null), (loaded.Dataset.Test.Count, loaded.Origin, loaded.Warning));
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData(DatasetLabels.Fine, 100)]
    [InlineData(DatasetLabels.Coarse, 20)]
    public void Downloads_CIFAR_100_as_well(DatasetLabels labels, int classes)
    {
        using var server = new FaultyServer(_archive100);
        var request = new DatasetRequest { Kind = DatasetKind.Cifar100, Labels = labels };
        LoadedDataset loaded = Load(request, Sources(server));
        Assert.Equal(("cifar100", classes, null), (loaded.Dataset.Name, loaded.Dataset.ClassNames.Count, loaded.Warning));
        Assert.Equal(["cifar-100-binary", "cifar-100-binary.lock"], Directory.EnumerateFileSystemEntries(Cache).Select(Path.GetFileName).Order());
        Assert.Equal(Path.Combine(Cache, "cifar-100-binary"), Load(request, Sources(server)).Origin);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(DatasetKind.Mnist, "--dataset mnist is not downloaded: get its four files from https://")]
    [InlineData(DatasetKind.FashionMnist, "--dataset fashion-mnist is not downloaded: get its four files from https://github.com/zalandoresearch/fashion-mnist and give their directory with --data")]
    [InlineData(DatasetKind.Folder, "--dataset folder is not downloaded: give the directory of the pictures with --data or CIFARFAST_DATA")]
    public void Says_where_to_get_a_set_that_is_not_downloaded(DatasetKind kind, string expected)
    {
        using var server = new FaultyServer(_archive);
        AssertFails(new DatasetRequest { Kind = kind }, Sources(server), expected);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public void The_engine_reads_no_pictures_and_says_so()
    {
        using var server = new FaultyServer(_archive);
        AssertFails(new DatasetRequest { Kind = DatasetKind.Folder, Path = _temporary.Path }, Sources(server), "--data", _temporary.Path, "ImageDataset");
    }

    [Fact]
    public void Reads_an_archive_where_one_is_named()
    {
        using var server = new FaultyServer(_archive);
        string file = _temporary.Below("set.tar.gz");
        File.WriteAllBytes(file, _archive);
        AssertTiny(Load(new DatasetRequest { Path = file }, Sources(server)));
        Assert.False(Directory.Exists(Cache));
    }

    [Theory]
    [InlineData(DatasetKind.Auto)]
    [InlineData(DatasetKind.Cifar10)]
    public void Downloads_into_the_cache_once(DatasetKind kind)
    {
        using var server = new FaultyServer(_archive);
        var request = new DatasetRequest { Kind = kind };
        var progress = new ProgressLog();
        LoadedDataset loaded = DatasetLoader.Load(request, only: null, Sources(server), progress, TestContext.Current.CancellationToken);
        AssertTiny(loaded);
        Assert.Contains(server.Address.ToString(), loaded.Origin);
        Assert.Equal(_archive.Length, progress.Reports[^1].Received);
        AssertTiny(Load(request, Sources(server)));
        Assert.Single(server.Requests);

        // The archive is gone and nothing half done is left.
        Assert.Equal([TinyCifar.DirectoryName, TinyCifar.DirectoryName + ".lock"], Directory.EnumerateFileSystemEntries(Cache).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Takes_another_address_for_the_same_archive()
    {
        using var home = new FaultyServer(_archive, new Answer { Status = 404 });
        using var mirror = new FaultyServer(_archive);
        AssertTiny(Load(new DatasetRequest { Kind = DatasetKind.Cifar10, Mirror = mirror.Address }, Sources(home)));
        Assert.Empty(home.Requests);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://example.org/x")]
    [InlineData("some/where")]
    public void Refuses_an_address_it_cannot_download_from(string mirror)
    {
        using var server = new FaultyServer(_archive);
        var request = new DatasetRequest { Mirror = new Uri(mirror, UriKind.RelativeOrAbsolute) };
        Assert.Contains("https://", Assert.Throws<DataException>(() => Load(request, Sources(server))).Message);
    }

    [Fact]
    public void Falls_back_to_drawn_images_and_says_so_in_one_line()
    {
        using var server = new FaultyServer(_archive, new Answer { Status = 404 });
        LoadedDataset loaded = Load(new DatasetRequest { Seed = 9 }, Sources(server));
        Assert.Equal("synthetic", loaded.Dataset.Name);
        Assert.Contains("seed 9", loaded.Origin);
        Assert.NotNull(loaded.Warning);
        Assert.All(["404", "--data", "CIFARFAST_DATA", Cache, "Drawn images"], part => Assert.Contains(part, loaded.Warning));
        Assert.DoesNotContain('\n', loaded.Warning);
    }

    [Fact]
    public void Fails_where_CIFAR_10_was_asked_for_and_is_not_to_be_had()
    {
        using var server = new FaultyServer(_archive, new Answer { Status = 404 });
        AssertFails(new DatasetRequest { Kind = DatasetKind.Cifar10 }, Sources(server), "404", "--data", "CIFARFAST_DATA", Cache);
    }

    [Fact]
    public void Uses_nothing_of_a_download_with_the_wrong_hash()
    {
        using var server = new FaultyServer(_damaged);
        AssertFails(new DatasetRequest { Kind = DatasetKind.Cifar10 }, Sources(server), "SHA-256");
        LoadedDataset loaded = Load(new DatasetRequest(), Sources(server));
        Assert.Equal("synthetic", loaded.Dataset.Name);
        Assert.Contains("SHA-256", loaded.Warning);
        Assert.Equal([TinyCifar.DirectoryName + ".lock"], Directory.EnumerateFileSystemEntries(Cache).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData(DatasetKind.Auto)]
    [InlineData(DatasetKind.Cifar10)]
    public void Never_falls_back_from_a_place_that_was_named(DatasetKind kind)
    {
        using var server = new FaultyServer(_archive);
        TinyCifar.WriteDirectory(Images);
        string damaged = TinyCifar.WriteDirectory(_temporary.Below("damaged"));
        File.WriteAllBytes(Path.Combine(damaged, "data_batch_2.bin"), new byte[10]);
        foreach (string path in new[] { damaged, _temporary.Below("missing") })
        {
            AssertFails(new DatasetRequest { Kind = kind, Path = path }, Sources(server), "--data: ", path);
            AssertFails(new DatasetRequest { Kind = kind }, Sources(server) with { EnvironmentPath = path }, "CIFARFAST_DATA: ", path);
        }

        AssertFails(new DatasetRequest { Kind = kind, Path = "" }, Sources(server), "--data is empty");
        Assert.Empty(server.Requests);
    }

    [Fact]
    public void Looks_nowhere_for_drawn_images()
    {
        using var server = new FaultyServer(_archive);
        TinyCifar.WriteDirectory(Images);
        var request = new DatasetRequest { Kind = DatasetKind.Synthetic, Path = _temporary.Below("missing") };
        LoadedDataset loaded = Load(request, Sources(server) with { EnvironmentPath = _temporary.Below("missing") });
        Assert.Equal(("synthetic", null), (loaded.Dataset.Name, loaded.Warning));
        Assert.Empty(server.Requests);
    }

    [Fact]
    public void Replaces_a_damaged_copy_and_says_so()
    {
        using var server = new FaultyServer(_archive);
        TinyCifar.WriteDirectory(Images);
        File.WriteAllBytes(Path.Combine(Images, "data_batch_2.bin"), new byte[10]);
        LoadedDataset loaded = Load(new DatasetRequest { Kind = DatasetKind.Cifar10 }, Sources(server));
        AssertTiny(loaded);
        Assert.Contains("damaged copy", loaded.Origin);
        Assert.Contains("data_batch_2.bin", loaded.Origin);
        loaded = Load(new DatasetRequest { Kind = DatasetKind.Cifar10 }, Sources(server));
        AssertTiny(loaded);
        Assert.Equal(Images, loaded.Origin);
        Assert.Single(server.Requests);
    }

    [Fact]
    public void Says_that_a_damaged_copy_could_not_be_replaced_and_leaves_it()
    {
        using var server = new FaultyServer(_archive, new Answer { Status = 404 });
        TinyCifar.WriteDirectory(Images);
        string file = Path.Combine(Images, "data_batch_2.bin");
        File.WriteAllBytes(file, new byte[10]);
        AssertFails(new DatasetRequest { Kind = DatasetKind.Cifar10 }, Sources(server), "is damaged", "data_batch_2.bin", "404");
        Assert.Contains("is damaged", Load(new DatasetRequest(), Sources(server)).Warning);
        Assert.True(File.Exists(file));
    }

    [Fact]
    public void Gets_over_what_an_interrupted_unpacking_left()
    {
        using var server = new FaultyServer(_archive);
        TinyCifar.WriteDirectory(Images + ".unpacking");
        File.WriteAllBytes(Path.Combine(Cache, "cifar-10-binary.tar.gz.partial"), _archive);
        AssertTiny(Load(new DatasetRequest(), Sources(server)));
        Assert.Empty(server.Requests);
    }

    [Fact]
    public void Takes_one_split_from_a_copy_that_lacks_the_other()
    {
        using var server = new FaultyServer(_archive);
        TinyCifar.WriteDirectory(Images);
        Array.ForEach(Directory.GetFiles(Images, "data_batch_*"), File.Delete);
        LoadedDataset loaded = Load(new DatasetRequest(), Sources(server), DataSplit.Test);
        Assert.Equal((Images, TinyCifar.TestRecords, 0), (loaded.Origin, loaded.Dataset.Test.Count, loaded.Dataset.Train.Count));
        Assert.Empty(server.Requests);

        // What is downloaded for one split is there for both.
        loaded = Load(new DatasetRequest(), Sources(server), DataSplit.Train);
        Assert.Equal(5 * TinyCifar.TrainRecords, loaded.Dataset.Train.Count);
        AssertTiny(Load(new DatasetRequest(), Sources(server)));
        Assert.Single(server.Requests);
    }

    [Fact]
    public void Draws_one_split()
    {
        using var server = new FaultyServer(_archive);
        ImageDataset dataset = Load(new DatasetRequest { Kind = DatasetKind.Synthetic }, Sources(server), DataSplit.Test).Dataset;
        Assert.Equal((0, SyntheticImages.DefaultTest), (dataset.Train.Count, dataset.Test.Count));
    }

    [Fact]
    public void Says_in_one_line_which_files_are_not_the_official_ones()
    {
        using var server = new FaultyServer(_archive);
        string directory = TinyCifar.WriteBlank(_temporary.Below("set"));
        DatasetSources sources = Sources(server);
        sources = sources with { Cifar10 = sources.Cifar10 with { Contents = BlankChecksums() } };
        var request = new DatasetRequest { Path = directory };
        Assert.Null(Load(request, sources).Warning);

        ChangePixel("data_batch_3.bin", 5_000_000);
        Assert.Equal(
            $"the set is not the official CIFAR-10: data_batch_3.bin in {directory} differs from it (by SHA-256); if that is not on purpose, get cifar-10-binary.tar.gz again",
            Load(request, sources).Warning);
        Assert.Null(Load(request, sources, DataSplit.Test).Warning);

        ChangePixel("test_batch.bin", 30_729_999);
        Assert.Contains(" CIFAR-10: data_batch_3.bin, test_batch.bin in ", Load(request, sources).Warning);
        Assert.Contains(" CIFAR-10: test_batch.bin in ", Load(request, sources, DataSplit.Test).Warning);
        Assert.Contains(" CIFAR-10: data_batch_3.bin in ", Load(request, sources, DataSplit.Train).Warning);

        // The cache holds what was downloaded, and can be downloaded again.
        Directory.CreateDirectory(Cache);
        Directory.Move(directory, Images);
        Assert.Contains($"test_batch.bin in {Images} ", Load(new DatasetRequest(), sources, DataSplit.Test).Warning);
        Assert.EndsWith("delete that directory, and it is downloaded again", Load(new DatasetRequest(), sources, DataSplit.Test).Warning);

        void ChangePixel(string name, long position)
        {
            using FileStream stream = File.OpenWrite(Path.Combine(directory, name));
            stream.Position = position;
            stream.WriteByte(1);
        }
    }

    [Fact]
    public void Judges_no_set_of_another_size()
    {
        using var server = new FaultyServer(_archive);
        string directory = TinyCifar.WriteBlank(_temporary.Path, trainRecords: 10);
        Assert.Null(Load(new DatasetRequest { Path = directory }, Sources(server)).Warning);
        Assert.Contains("test_batch.bin", Load(new DatasetRequest { Path = directory }, Sources(server), DataSplit.Test).Warning);
    }

    [Fact]
    public void Says_what_to_do_for_a_user_without_a_home()
    {
        using var server = new FaultyServer(_archive);
        DatasetSources sources = Sources(server) with { CacheDirectory = null };
        AssertFails(new DatasetRequest { Kind = DatasetKind.Cifar10 }, sources, "XDG_CACHE_HOME", "--data");
        Assert.Contains("XDG_CACHE_HOME", Load(new DatasetRequest(), sources).Warning);
    }

    [Fact]
    public void Says_that_the_cache_cannot_be_written_to()
    {
        using var server = new FaultyServer(_archive);
        string file = _temporary.Below("file");
        File.WriteAllText(file, "in the way");
        DatasetSources sources = Sources(server) with { CacheDirectory = Path.Combine(file, "cifarfast") };
        AssertFails(new DatasetRequest { Kind = DatasetKind.Cifar10 }, sources, "cannot be written to", "--data");
    }

    [Fact]
    public async Task Downloads_once_where_two_want_it_at_the_same_time()
    {
        using var server = new FaultyServer(_archive);
        DatasetSources sources = Sources(server);
        LoadedDataset[] loaded = await Task.WhenAll(Enumerable.Range(0, 4).Select(
            _ => Task.Run(() => Load(new DatasetRequest { Kind = DatasetKind.Cifar10 }, sources))));
        Assert.All(loaded, AssertTiny);
        Assert.Single(server.Requests);
    }

    [Fact]
    public void Does_not_wait_for_ever_for_another_that_gets_nowhere()
    {
        using var server = new FaultyServer(_archive);
        Directory.CreateDirectory(Cache);
        using var other = new FileStream(Path.Combine(Cache, TinyCifar.DirectoryName + ".lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        DatasetSources sources = Sources(server);
        sources = sources with { Cifar10 = sources.Cifar10 with { StallTimeout = TimeSpan.FromMilliseconds(50) } };
        AssertFails(new DatasetRequest { Kind = DatasetKind.Cifar10 }, sources, "another process", TinyCifar.DirectoryName + ".lock");
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData(DatasetKind.Auto)]
    [InlineData(DatasetKind.Cifar10)]
    [InlineData(DatasetKind.Synthetic)]
    public void Passes_cancellation_on(DatasetKind kind)
    {
        using var server = new FaultyServer(_archive);
        Assert.ThrowsAny<OperationCanceledException>(
            () => DatasetLoader.Load(new DatasetRequest { Kind = kind }, only: null, Sources(server), progress: null, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Passes_cancellation_of_a_download_on_and_falls_back_to_nothing()
    {
        using var server = new FaultyServer(_archive, new Answer { StallAfter = 1000 });
        using var cancellation = new CancellationTokenSource();
        var progress = new ProgressLog(_ => cancellation.Cancel());
        Assert.ThrowsAny<OperationCanceledException>(
            () => DatasetLoader.Load(new DatasetRequest(), only: null, Sources(server), progress, cancellation.Token));
    }

    private static LoadedDataset Load(DatasetRequest request, DatasetSources sources, DataSplit? only = null) =>
        DatasetLoader.Load(request, only, sources, progress: null, TestContext.Current.CancellationToken);

    private static void AssertFails(DatasetRequest request, DatasetSources sources, params string[] expected)
    {
        string message = Assert.Throws<DataException>(() => Load(request, sources)).Message;
        Assert.All(expected, part => Assert.Contains(part, message));
        Assert.DoesNotContain('\n', message);
    }

    private static void AssertTiny(LoadedDataset loaded)
    {
        Assert.Null(loaded.Warning);
        CifarReaderTests.AssertComplete(loaded.Dataset, TinyCifar.TrainRecords, TinyCifar.TestRecords);
    }

    /// <summary>What a blank set as large as the official one is known by.</summary>
    private static CifarChecksums BlankChecksums()
    {
        string[] sums = [.. new[] { 10_000, 50_000 }.Select(records => Convert.ToHexStringLower(SHA256.HashData(new byte[records * TinyCifar.RecordBytes])))];
        return new CifarChecksums { TrainingBatches = [.. Enumerable.Repeat(sums[0], 5)], Train = sums[1], Test = sums[0] };
    }

    private DatasetSources Sources(FaultyServer server) => new(
        EnvironmentPath: null, Cache, Archive(server, CifarFormat.Cifar10, _archive) with { Contents = CifarChecksums.Official }, Archive(server, CifarFormat.Cifar100, _archive100));

    private static RemoteArchive Archive(FaultyServer server, CifarFormat format, byte[] content) => new()
    {
        Name = format.ArchiveName,
        Address = server.Address,
        Bytes = content.Length,
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(content)),
        RetryDelay = TimeSpan.FromMilliseconds(1),
        ConnectTimeout = Hang.Limit,
        StallTimeout = Hang.Limit,
    };
}
