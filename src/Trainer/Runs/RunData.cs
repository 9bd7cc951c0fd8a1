using CifarFast.Engine.Data;

namespace CifarFast.Trainer.Runs;

/// <summary>The identity of the images of a run.</summary>
/// <param name="Name">The data set.</param>
/// <param name="Origin">Where it came from, for a person to read.</param>
/// <param name="TrainImages">Images of the whole training half.</param>
/// <param name="TestImages">Images of the whole test half.</param>
/// <param name="TrainSha256">The SHA-256 of the training half: labels and pixels as in CIFAR-10's binary files, one after another.</param>
/// <param name="TestSha256">The same of the test half.</param>
/// <param name="ClassNames">What the labels mean.</param>
internal sealed record RunData(
    string Name, string Origin, int TrainImages, int TestImages, string TrainSha256, string TestSha256, IReadOnlyList<string> ClassNames)
{
    /// <summary>Images that the set itself keeps aside to choose epochs by.</summary>
    public int ValidationImages { get; init; }

    /// <summary>The SHA-256 of these, or null where there are none.</summary>
    public string? ValidationSha256 { get; init; }

    /// <summary>The identity of a data set.</summary>
    /// <exception cref="OperationCanceledException">Cancellation was asked for.</exception>
    public static RunData Of(LoadedDataset loaded, CancellationToken cancellation)
    {
        ImageDataset dataset = loaded.Dataset;
        string train = "";
        string test = "";
        Parallel.Invoke(
            new ParallelOptions { CancellationToken = cancellation },
            () => train = dataset.Train.Sha256(cancellation),
            () => test = dataset.Test.Sha256(cancellation));
        return new RunData(dataset.Name, loaded.Origin, dataset.Train.Count, dataset.Test.Count, train, test, dataset.ClassNames)
        {
            ValidationImages = dataset.Validation?.Count ?? 0,
            ValidationSha256 = dataset.Validation?.Sha256(cancellation),
        };
    }

    /// <summary>Whether the images are the same, wherever they lie.</summary>
    public bool IsSameAs(RunData other) => (TrainSha256, TestSha256, ValidationSha256) == (other.TrainSha256, other.TestSha256, other.ValidationSha256);
}
