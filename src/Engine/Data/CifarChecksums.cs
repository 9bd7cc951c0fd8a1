namespace CifarFast.Engine.Data;

/// <summary>The SHA-256 of the files of CIFAR-10, in hexadecimal digits: what tells the official images from changed ones.</summary>
internal sealed record CifarChecksums
{
    private const int RecordsPerFile = 10_000;
    private const int TrainingRecords = 5 * RecordsPerFile;

    /// <summary>Those of the files in <see cref="RemoteArchive.Cifar10"/>.</summary>
    public static CifarChecksums Official { get; } = new()
    {
        TrainingBatches =
        [
            "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5",
            "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed",
            "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67",
            "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48",
            "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add",
        ],
        Train = "a0181da372c0d63a5920fdbea2ec3f83ecbc552d378218e1cb473cf634941a3b",
        Test = "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b",
    };

    /// <summary>Of each training file, in their order.</summary>
    public required IReadOnlyList<string> TrainingBatches { get; init; }

    /// <summary>Of the training files one after another.</summary>
    public required string Train { get; init; }

    /// <summary>Of the test file.</summary>
    public required string Test { get; init; }

    /// <summary>
    /// The files whose images are not the official ones. A set with other numbers of images cannot be taken for the official one,
    /// and is not judged.
    /// </summary>
    /// <param name="dataset">CIFAR-10, or one split of it.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="OperationCanceledException">Cancellation was asked for.</exception>
    public IReadOnlyList<string> FindChangedFiles(ImageDataset dataset, CancellationToken cancellation)
    {
        if (dataset.Train.Count is not (0 or TrainingRecords) || dataset.Test.Count is not (0 or CifarFormat.OfficialTestRecords))
        {
            return [];
        }

        bool isTrainChanged = false;
        bool isTestChanged = false;
        Parallel.Invoke(
            new ParallelOptions { CancellationToken = cancellation },
            () => isTrainChanged = dataset.Train.Count > 0 && dataset.Train.Sha256(cancellation) != Train,
            () => isTestChanged = dataset.Test.Count > 0 && dataset.Test.Sha256(cancellation) != Test);

        // A run wants the hash of all training images anyway. Only where that is another one is it worth to look at each file.
        return [.. isTrainChanged ? FindChangedBatches(dataset.Train, cancellation) : [], .. isTestChanged ? [CifarFormat.Cifar10.TestFile] : Array.Empty<string>()];
    }

    private IEnumerable<string> FindChangedBatches(ImageSet train, CancellationToken cancellation) => Enumerable.Range(0, TrainingBatches.Count)
        .AsParallel()
        .AsOrdered()
        .WithCancellation(cancellation)
        .Where(batch => train.Select([.. Enumerable.Range(batch * RecordsPerFile, RecordsPerFile)]).Sha256(cancellation) != TrainingBatches[batch])
        .Select(batch => CifarFormat.Cifar10.TrainingFiles[batch]);
}
