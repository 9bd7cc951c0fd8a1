namespace CifarFast.Engine.Data;

/// <summary>A set that a file is known to be of by its name.</summary>
/// <param name="Description">What it is, to be put into a sentence.</param>
/// <param name="Kind">What it is read as, or null where it is not read.</param>
internal sealed record KnownSet(string Description, DatasetKind? Kind)
{
    private static readonly KnownSet _mnist = new("MNIST or Fashion-MNIST", DatasetKind.Mnist);
    private static readonly KnownSet _pictures = new("a folder of pictures", DatasetKind.Folder);

    /// <summary>Files that other versions of sets are known by.</summary>
    private static readonly Dictionary<string, string> _otherVersions = new(StringComparer.OrdinalIgnoreCase)
    {
        ["data_batch_1"] = "the Python version of CIFAR-10",
        ["cifar-10-python.tar.gz"] = "the Python version of CIFAR-10",
        ["data_batch_1.mat"] = "the Matlab version of CIFAR-10",
        ["cifar-10-matlab.tar.gz"] = "the Matlab version of CIFAR-10",
        ["train.mat"] = "the Matlab version of CIFAR-100",
        ["cifar-100-matlab.tar.gz"] = "the Matlab version of CIFAR-100",
        ["train"] = "the Python version of CIFAR-100",
        ["cifar-100-python.tar.gz"] = "the Python version of CIFAR-100",
    };

    /// <summary>What files that other programs keep images in end with.</summary>
    private static readonly Dictionary<string, KnownSet> _endings = new(StringComparer.OrdinalIgnoreCase)
    {
        [".parquet"] = new("a data set in Parquet files", null),
        [".tfrecord"] = new("a data set in TFRecord files", null),
        [".bmp"] = _pictures,
        [".gif"] = _pictures,
        [".jpeg"] = _pictures,
        [".jpg"] = _pictures,
        [".png"] = _pictures,
        [".webp"] = _pictures,
    };

    /// <summary>What to say of a set that can be read, beside that another one was expected.</summary>
    public string Otherwise => Kind is DatasetKind kind ? $", or say --dataset {NameOf(kind)}" : "";

    /// <summary>The name of a kind of set on the command line, in <c>config.json</c>'s and in reports.</summary>
    public static string NameOf(DatasetKind kind) => kind == DatasetKind.FashionMnist ? "fashion-mnist" : kind.ToString().ToLowerInvariant();

    /// <summary>The set that a file of this name belongs to, or null where that is not known.</summary>
    public static KnownSet? Of(string fileName) =>
        new[] { CifarFormat.Cifar10, CifarFormat.Cifar100 }.FirstOrDefault(format => format.IsExpected(fileName) || format.ArchiveName == fileName) is CifarFormat cifar
            ? new KnownSet(cifar.Title, cifar.Kind)
        : IdxFiles.IsExpected(fileName) ? _mnist
        : _otherVersions.TryGetValue(fileName, out string? version) ? new KnownSet(version, null)
        : _endings.GetValueOrDefault(Path.GetExtension(fileName));
}
