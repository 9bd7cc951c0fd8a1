using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Files;

namespace CifarFast.Engine.Formats.NumPy;

/// <summary>
/// A checkpoint of a network that was trained with NumPy: an .npz archive of weights <c>W1</c>, <c>W2</c>, … (convolutions as
/// filters × channels × rows × columns, linear layers as in × out, for <c>x @ W</c>), biases <c>B1</c>, <c>B2</c>, …, and how far
/// the training came. Objects that Python pickled into an archive are never loaded.
/// </summary>
public sealed class NumPyCheckpoint
{
    private const string EpochKey = "epoch";
    private const string BatchKey = "batch";
    private const string LossKey = "train_loss_history";
    private const string AccuracyKey = "train_acc_history";

    /// <summary>Far more than any run notes down; it bounds the memory of a history.</summary>
    private const int MaxHistory = 1 << 20;

    private NumPyCheckpoint(NpzFile file)
    {
        Path = file.Name;
        Epoch = file.Read(EpochKey, ReadCount);
        Batch = file.Read(BatchKey, ReadCount);
        TrainLossHistory = file.Read(LossKey, ReadHistory);
        TrainAccuracyHistory = file.Read(AccuracyKey, ReadHistory);
    }

    /// <summary>The names of what tells how far the training came.</summary>
    internal static IReadOnlyList<string> Keys { get; } = [EpochKey, BatchKey, LossKey, AccuracyKey];

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The epoch that the training had reached, as its program counts them.</summary>
    public int Epoch { get; }

    /// <summary>The batch within the epoch that the training had reached, as its program counts them.</summary>
    public int Batch { get; }

    /// <summary>Losses of the training so far, as the program noted them down; some may be no finite numbers.</summary>
    public IReadOnlyList<double> TrainLossHistory { get; }

    /// <summary>Accuracies of the training so far, as the program noted them down; some may be no finite numbers.</summary>
    public IReadOnlyList<double> TrainAccuracyHistory { get; }

    /// <summary>Reads how far the training came, and none of the weights. Nothing in the file is trusted.</summary>
    /// <returns>What the file says of it; null where it says nothing, as it has weights alone or is no such archive.</returns>
    /// <exception cref="CheckpointException">The file is damaged, or says only part of it; the message is one line that names file, key and fault.</exception>
    public static NumPyCheckpoint? Find(string path)
    {
        if (!NpzFile.IsArchive(path))
        {
            return null;
        }

        using var file = NpzFile.Open(path);
        return Find(file);
    }

    internal static NumPyCheckpoint? Find(NpzFile file)
    {
        string[] missing = [.. Keys.Where(key => !file.Has(key))];
        return missing.Length == Keys.Count ? null
            : missing.Length == 0 ? new NumPyCheckpoint(file)
            : throw new CheckpointException($"{file.Name}: {AreOf(missing, "missing")}, but {AreOf([.. Keys.Except(missing)], "there")}: it takes all four, or none of them for weights alone");
    }

    private static string AreOf(string[] keys, string what) => $"{TensorName.Join(keys)} {(keys.Length == 1 ? "is" : "are")} {what}";

    /// <summary>
    /// Writes a checkpoint as <c>numpy.savez</c> does: weights and histories in 64-bit floats, which hold the 32-bit ones of the
    /// network exactly, and epoch and batch as whole numbers.
    /// </summary>
    /// <param name="path">The file, which is there in whole or not at all.</param>
    /// <param name="network">Whose parameters.</param>
    /// <param name="epoch">The epoch that the training has reached.</param>
    /// <param name="batch">The batch within it.</param>
    /// <param name="lossHistory">Losses of the training so far.</param>
    /// <param name="accuracyHistory">Accuracies of the training so far.</param>
    /// <exception cref="CheckpointException">The network is none that such a checkpoint can be of, or its weights are not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Epoch or batch are negative, or a history is longer than can be read.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Save(
        string path,
        Network network,
        int epoch,
        int batch,
        IReadOnlyCollection<double> lossHistory,
        IReadOnlyCollection<double> accuracyHistory) =>
        DurableFile.Write(path, file => Write(file, network, epoch, batch, lossHistory, accuracyHistory));

    /// <summary>Writes what <see cref="Save"/> writes to a stream, which stays open.</summary>
    /// <exception cref="CheckpointException">The network is none that such a checkpoint can be of, or its weights are not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Epoch or batch are negative, or a history is longer than can be read.</exception>
    /// <exception cref="IOException">The stream cannot be written to.</exception>
    public static void Write(
        Stream stream,
        Network network,
        int epoch,
        int batch,
        IReadOnlyCollection<double> lossHistory,
        IReadOnlyCollection<double> accuracyHistory)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        ArgumentOutOfRangeException.ThrowIfNegative(batch);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lossHistory.Count, MaxHistory, nameof(lossHistory));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(accuracyHistory.Count, MaxHistory, nameof(accuracyHistory));
        IReadOnlyList<NamedParameter> tensors = NamedParameter.NumPy(network);
        using var archive = new NpzWriter(stream);
        foreach (NamedParameter tensor in tensors)
        {
            archive.Add(tensor.Name, tensor.Sizes, tensor.Values());
        }

        archive.Add(EpochKey, epoch);
        archive.Add(BatchKey, batch);
        archive.Add(LossKey, [lossHistory.Count], lossHistory);
        archive.Add(AccuracyKey, [accuracyHistory.Count], accuracyHistory);
    }

    private static int ReadCount(NpyReader array)
    {
        if (!array.Header.Type.IsInteger || array.Header.Count != 1)
        {
            throw new FormatException($"is {array.Header}, expected one whole number");
        }

        double value = array.Elements().Single();
        return value is >= 0 and <= int.MaxValue
            ? (int)value
            : throw new FormatException($"is {value:R}, expected 0 to {int.MaxValue:N0}");
    }

    private static double[] ReadHistory(NpyReader array)
    {
        NpyHeader header = array.Header;
        return (header.Type.IsFloat || header.Type.IsInteger) && header.Shape.Count == 1 && header.Count <= MaxHistory
            ? [.. array.Elements()]
            : throw new FormatException($"is {header}, expected a row of at most {MaxHistory:N0} numbers");
    }
}
