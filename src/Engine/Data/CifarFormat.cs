namespace CifarFast.Engine.Data;

/// <summary>
/// What the official binary version of CIFAR-10 or CIFAR-100 consists of: files of records, each record a label byte or two and then
/// 1,024 red, 1,024 green and 1,024 blue bytes, row by row; and text files with the class names.
/// </summary>
internal sealed record CifarFormat
{
    public const int Channels = 3;
    public const int Height = 32;
    public const int Width = 32;
    public const int PixelBytes = Channels * Height * Width;

    /// <summary>CIFAR-10: five training files, whose images come one after another, and one label.</summary>
    public static CifarFormat Cifar10 { get; } = new()
    {
        Kind = DatasetKind.Cifar10,
        Name = "cifar10",
        Title = "CIFAR-10",
        DirectoryName = "cifar-10-batches-bin",
        ArchiveName = "cifar-10-binary.tar.gz",
        TrainingFiles = ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"],
        TestFile = "test_batch.bin",
        OfficialTrainingRecords = 10_000,
        Labels = [new CifarLabel("label", 10, "batches.meta.txt")],
        DefaultClassNames = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
    };

    /// <summary>CIFAR-100, whose records have two labels: a group of classes and, as the label that counts here, one of its five classes.</summary>
    public static CifarFormat Cifar100 { get; } = new()
    {
        Kind = DatasetKind.Cifar100,
        Name = "cifar100",
        Title = "CIFAR-100",
        DirectoryName = "cifar-100-binary",
        ArchiveName = "cifar-100-binary.tar.gz",
        TrainingFiles = ["train.bin"],
        TestFile = "test.bin",
        OfficialTrainingRecords = 50_000,
        Labels = [new CifarLabel("coarse label", 20, "coarse_label_names.txt"), new CifarLabel("fine label", 100, "fine_label_names.txt")],
        UsedLabel = 1,
    };

    /// <summary>Records in the official test file.</summary>
    public const int OfficialTestRecords = 10_000;

    public required DatasetKind Kind { get; init; }

    /// <summary>The name of the set in reports.</summary>
    public required string Name { get; init; }

    /// <summary>The name of the set as people write it.</summary>
    public required string Title { get; init; }

    public required string DirectoryName { get; init; }

    public required string ArchiveName { get; init; }

    /// <summary>The training files in their order, of as many records each.</summary>
    public required string[] TrainingFiles { get; init; }

    public required string TestFile { get; init; }

    /// <summary>Records in each official training file. Smaller sets in the same format are welcome, longer files are something else.</summary>
    public required int OfficialTrainingRecords { get; init; }

    /// <summary>The label bytes of a record in their order.</summary>
    public required IReadOnlyList<CifarLabel> Labels { get; init; }

    /// <summary>Which of them is the class of the image.</summary>
    public int UsedLabel { get; init; }

    /// <summary>The classes, where the set does not bring its own names; null where it has to.</summary>
    public IReadOnlyList<string>? DefaultClassNames { get; init; }

    /// <summary>How many classes there are.</summary>
    public int Classes => Labels[UsedLabel].Classes;

    /// <summary>The file with their names.</summary>
    public string ClassNamesFile => Labels[UsedLabel].NamesFile;

    public int RecordBytes => Labels.Count + PixelBytes;

    /// <summary>The files of images, which no set is complete without.</summary>
    public IEnumerable<string> ImageFiles => [.. TrainingFiles, TestFile];

    /// <summary>The format of a set, or null where it is none of CIFAR's.</summary>
    /// <param name="kind">The set.</param>
    /// <param name="labels">Which labels count.</param>
    public static CifarFormat? Find(DatasetKind kind, DatasetLabels labels) => kind switch
    {
        DatasetKind.Cifar10 => Cifar10,
        DatasetKind.Cifar100 => labels == DatasetLabels.Coarse ? Cifar100 with { UsedLabel = 0 } : Cifar100,
        _ => null,
    };

    /// <summary>The files without which a split is not complete, or those of both.</summary>
    public string[] FilesOf(DataSplit? only) =>
    [
        .. only == DataSplit.Test ? [] : TrainingFiles,
        .. only == DataSplit.Train ? Array.Empty<string>() : [TestFile],
        .. DefaultClassNames is null ? [ClassNamesFile] : Array.Empty<string>(),
    ];

    /// <summary>Records of an official file.</summary>
    public int OfficialRecordsOf(string imageFile) => imageFile == TestFile ? OfficialTestRecords : OfficialTrainingRecords;

    /// <summary>Bytes of an official file, which are the most that one may have.</summary>
    public int MaxBytesOf(string imageFile) => OfficialRecordsOf(imageFile) * RecordBytes;

    /// <summary>Whether <paramref name="fileName"/> is one of the files that are read; names are exact, as in the official set.</summary>
    public bool IsExpected(string fileName) =>
        fileName == TestFile || TrainingFiles.Contains(fileName) || Labels.Any(label => label.NamesFile == fileName);

    /// <summary>Whether a directory has one of the files of images.</summary>
    public bool IsIn(string directory) => ImageFiles.Any(name => File.Exists(Path.Combine(directory, name)));

    /// <summary>Where at a place the set is: there, in its own directory below, or as its archive; null where it is nowhere.</summary>
    public string? FindIn(string directory)
    {
        string below = Path.Combine(directory, DirectoryName);
        string archive = Path.Combine(directory, ArchiveName);
        return IsIn(directory) ? directory
            : IsIn(below) ? below
            : File.Exists(archive) ? archive
            : null;
    }

    /// <summary>Says that a directory or archive holds another set.</summary>
    public DataException Mistaken(string place, KnownSet other) =>
        new($"{place} looks like {other.Description}: expected the binary version of {Title} ({ArchiveName}), get that one{other.Otherwise}");
}
