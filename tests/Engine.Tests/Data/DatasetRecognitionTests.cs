using CifarFast.Engine.Data;

namespace CifarFast.Engine.Tests.Data;

public sealed class DatasetRecognitionTests : IDisposable
{
    private static readonly byte[] _png = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, 0, 0];

    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Knows_directories_and_archives_by_what_is_in_them()
    {
        Assert.Equal(DatasetKind.Cifar10, Kind(TinyCifar.WriteDirectory(_temporary.Below("a"))));
        TinyCifar.WriteDirectory(_temporary.Below("b", "cifar-10-batches-bin"));
        Assert.Equal(DatasetKind.Cifar10, Kind(_temporary.Below("b")));
        Assert.Equal(DatasetKind.Cifar100, Kind(TinyCifar.WriteDirectory(_temporary.Below("c"), TinyCifar100.Files())));
        Assert.Equal(DatasetKind.Cifar10, Kind(WriteFile("any.tar.gz", TinyCifar.Archive())));
        Assert.Equal(DatasetKind.Cifar100, Kind(WriteFile("other.tar.gz", TinyCifar.Archive(TinyCifar100.Files(), "cifar-100-binary/"))));
    }

    [Theory]
    [InlineData("cats/1.png", "dogs/a/b/2.png")]
    [InlineData("train/cats/1.png", "readme.txt")]
    [InlineData("Training/1.png", "x/readme.txt")]
    [InlineData("cats/1.png", "dogs/readme.txt")]
    [InlineData("cats/picture without an ending", ".hidden/1.png")]
    public void Knows_folders_of_pictures_by_their_content(params string[] files)
    {
        Array.ForEach(files, file => WriteFile(file, file.EndsWith(".txt", StringComparison.Ordinal) ? "hello"u8.ToArray() : _png));
        Assert.Equal(DatasetKind.Folder, Kind(_temporary.Path));
    }

    [Fact]
    public void Digits_and_clothes_are_told_apart_by_their_official_labels_only()
    {
        string directory = TinyCifar.WriteDirectory(_temporary.Path, TinyIdx.Files());
        (DatasetKind kind, string? warning) = DatasetRecognition.Decide(directory, DatasetKind.Auto);
        Assert.Equal(DatasetKind.Mnist, kind);
        Assert.Equal(
            $"the IDX files in {directory} do not tell what they show; they are taken for digits (MNIST), which are not mirrored: where they are not, say --dataset fashion-mnist", warning);
        Assert.Equal((DatasetKind.FashionMnist, null), DatasetRecognition.Decide(directory, DatasetKind.FashionMnist));
        Assert.Equal((DatasetKind.Mnist, null), DatasetRecognition.Decide(directory, DatasetKind.Mnist));
    }

    [Fact]
    public void Says_what_a_place_could_be_where_it_could_be_several()
    {
        TinyCifar.WriteDirectory(_temporary.Path);
        WriteFile("cats/1.png", _png);

        // One folder with pictures, such as that of a run's report, is no set beside another.
        Assert.Equal(DatasetKind.Cifar10, Kind(_temporary.Path));
        WriteFile("dogs/1.png", _png);
        AssertFails(_temporary.Path, $"{_temporary.Path} could be cifar10 or folder: say which with --dataset");
        TinyCifar.WriteDirectory(_temporary.Path, TinyIdx.Files());
        AssertFails(_temporary.Path, "could be cifar10 or mnist or fashion-mnist or folder");
        Assert.Equal((DatasetKind.Folder, null), DatasetRecognition.Decide(_temporary.Path, DatasetKind.Folder));
    }

    [Fact]
    public void Says_what_is_there_where_it_is_no_set()
    {
        AssertFails(_temporary.Below("nothing"), "does not exist: expected the directory or the archive of a data set");
        AssertFails(_temporary.Path, "holds no data set: expected the binary version of CIFAR-10 or CIFAR-100", "the IDX files of MNIST, or a folder of pictures a class");
        WriteFile("data_batch_1", [0x80, 2, 0x7D]);
        AssertFails(_temporary.Path, "looks like the Python version of CIFAR-10: expected the binary version");
        string below = TinyCifar.WriteDirectory(_temporary.Below("x", "MNIST"), TinyIdx.Files());
        AssertFails(_temporary.Path, $"{_temporary.Path} holds no data set itself: give {below}, which does");
    }

    private static DatasetKind Kind(string place) => DatasetRecognition.Decide(place, DatasetKind.Auto).Kind;

    private static void AssertFails(string place, params string[] expected)
    {
        string message = Assert.Throws<DataException>(() => Kind(place)).Message;
        Assert.All(expected, part => Assert.Contains(part, message));
        Assert.DoesNotContain('\n', message);
    }

    private string WriteFile(string name, byte[] content)
    {
        string file = _temporary.Below(name.Split('/'));
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, content);
        return file;
    }
}
