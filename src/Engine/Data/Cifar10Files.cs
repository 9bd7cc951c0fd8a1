namespace CifarFast.Engine.Data;

/// <summary>
/// What the official binary version of CIFAR-10 consists of: six files of records, each record one label byte and then
/// 1,024 red, 1,024 green and 1,024 blue bytes, row by row; and a text file with the class names.
/// </summary>
internal static class Cifar10Files
{
    public const string DatasetName = "cifar10";
    public const string DirectoryName = "cifar-10-batches-bin";
    public const string ArchiveName = "cifar-10-binary.tar.gz";
    public const string TestBatch = "test_batch.bin";
    public const string ClassNameFile = "batches.meta.txt";

    public const int Channels = 3;
    public const int Height = 32;
    public const int Width = 32;
    public const int PixelBytes = Channels * Height * Width;
    public const int RecordBytes = 1 + PixelBytes;
    public const int Classes = 10;

    /// <summary>Records in each official file. Smaller sets in the same format are welcome, longer files are something else.</summary>
    public const int OfficialRecords = 10_000;

    /// <summary>Records in the official training files together.</summary>
    public const int OfficialTrainingRecords = 5 * OfficialRecords;

    public const int MaxFileBytes = OfficialRecords * RecordBytes;

    /// <summary>CIFAR-100 has two label bytes a record, which gives its files away.</summary>
    public const int Cifar100RecordBytes = 2 + PixelBytes;

    private static readonly string[] _trainingBatches =
        ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"];

    /// <summary>Files that other sets, or other versions of this one, are known by.</summary>
    private static readonly Dictionary<string, string> _foreignFiles = new(StringComparer.OrdinalIgnoreCase)
    {
        ["data_batch_1"] = "the Python version of CIFAR-10",
        ["cifar-10-python.tar.gz"] = "the Python version of CIFAR-10",
        ["data_batch_1.mat"] = "the Matlab version of CIFAR-10",
        ["cifar-10-matlab.tar.gz"] = "the Matlab version of CIFAR-10",
        ["fine_label_names.txt"] = "CIFAR-100",
        ["train.bin"] = "CIFAR-100",
        ["cifar-100-binary.tar.gz"] = "CIFAR-100",
        ["train.mat"] = "the Matlab version of CIFAR-100",
        ["cifar-100-matlab.tar.gz"] = "the Matlab version of CIFAR-100",
        ["train"] = "the Python version of CIFAR-100",
        ["cifar-100-python.tar.gz"] = "the Python version of CIFAR-100",
        ["train-images-idx3-ubyte"] = "MNIST",
        ["train-images-idx3-ubyte.gz"] = "MNIST",
        ["train-images.idx3-ubyte"] = "MNIST",
        ["t10k-images-idx3-ubyte"] = "MNIST",
        ["t10k-images-idx3-ubyte.gz"] = "MNIST",
        ["t10k-images.idx3-ubyte"] = "MNIST",
    };

    /// <summary>What files that other programs keep images in end with.</summary>
    private static readonly Dictionary<string, string> _foreignEndings = new(StringComparer.OrdinalIgnoreCase)
    {
        [".parquet"] = "a data set in Parquet files",
        [".tfrecord"] = "a data set in TFRecord files",
        [".bmp"] = "a folder of pictures",
        [".gif"] = "a folder of pictures",
        [".jpeg"] = "a folder of pictures",
        [".jpg"] = "a folder of pictures",
        [".png"] = "a folder of pictures",
        [".webp"] = "a folder of pictures",
    };

    /// <summary>The training files in their order.</summary>
    public static ReadOnlySpan<string> TrainingBatches => _trainingBatches;

    /// <summary>The six files no set is complete without.</summary>
    public static IEnumerable<string> RequiredFiles => [.. _trainingBatches, TestBatch];

    /// <summary>The classes, where the set does not bring its own names.</summary>
    public static IReadOnlyList<string> DefaultClassNames { get; } =
        ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    /// <summary>The files without which a split is not complete, or those of both.</summary>
    public static string[] FilesOf(DataSplit? only) => only switch
    {
        DataSplit.Train => _trainingBatches,
        DataSplit.Test => [TestBatch],
        _ => [.. RequiredFiles],
    };

    /// <summary>Whether <paramref name="fileName"/> is one of the files that are read; names are exact, as in the official set.</summary>
    public static bool IsExpected(string fileName) =>
        fileName is TestBatch or ClassNameFile || _trainingBatches.Contains(fileName);

    /// <summary>The set that a file of this name belongs to, where it is a known one that is not read here; else null.</summary>
    public static string? RecogniseOther(string fileName) =>
        _foreignFiles.GetValueOrDefault(fileName) ?? _foreignEndings.GetValueOrDefault(Path.GetExtension(fileName));

    /// <summary>Says that a directory or archive holds another set, as <see cref="RecogniseOther"/> calls it.</summary>
    public static DataException Mistaken(string place, string other) =>
        new($"{place} looks like {other}: expected the binary version of CIFAR-10 ({ArchiveName}), get that one");
}
