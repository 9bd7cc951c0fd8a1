using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Files;
using CifarFast.Engine.Networks;

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

    private readonly Func<Stream> _open;

    private NumPyCheckpoint(string path, Func<Stream> open)
    {
        Path = path;
        _open = open;
        using NpzFile file = NpzFile.Open(path, open);
        Epoch = file.Read(EpochKey, ReadCount);
        Batch = file.Read(BatchKey, ReadCount);
        TrainLossHistory = file.Read(LossKey, ReadHistory);
        TrainAccuracyHistory = file.Read(AccuracyKey, ReadHistory);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The epoch that the training had come to, as its program counts them.</summary>
    public int Epoch { get; }

    /// <summary>The batch within the epoch that the training had come to, as its program counts them.</summary>
    public int Batch { get; }

    /// <summary>Losses of the training so far, as the program noted them down; some may be no finite numbers.</summary>
    public IReadOnlyList<double> TrainLossHistory { get; }

    /// <summary>Accuracies of the training so far, as the program noted them down; some may be no finite numbers.</summary>
    public IReadOnlyList<double> TrainAccuracyHistory { get; }

    /// <summary>
    /// Reads how far the training came. The weights stay in the file until a network asks for them, as only its shapes tell what
    /// memory they may take. Nothing in the file is trusted.
    /// </summary>
    /// <exception cref="CheckpointException">It is missing, damaged or no such checkpoint; the message is one line that names file, key and fault.</exception>
    public static NumPyCheckpoint Read(string path) =>
        Read(path, () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));

    internal static NumPyCheckpoint Read(string name, Func<Stream> open) => new(name, open);

    /// <summary>
    /// Sets the parameters of a network, all of them or, where there is an error, none. Floats of 64 bits are rounded to 32.
    /// </summary>
    /// <exception cref="CheckpointException">
    /// The checkpoint is damaged or of another network, has weights that are not finite in 32 bits, or the network is none that such
    /// a checkpoint can be of; the message is one line that names file, key and fault.
    /// </exception>
    public void CopyTo(Network network)
    {
        IReadOnlyList<NumPyTensor> tensors = NumPyTensor.AllOf(network);
        using NpzFile file = NpzFile.Open(Path, _open);
        string beyond = NumPyTensor.WeightKey((tensors.Count / 2) + 1);
        if (file.Has(beyond))
        {
            throw new CheckpointException($"{Path}: {beyond} is of a layer that the network '{network.Architecture.Name}' does not have: it was made for another network");
        }

        float[][] values = [.. tensors.Select(tensor => file.Read(tensor.Key, tensor.Read))];
        for (int i = 0; i < values.Length; i++)
        {
            tensors[i].Set(values[i]);
        }
    }

    /// <summary>
    /// Writes a checkpoint as <c>numpy.savez</c> does: weights and histories in 64-bit floats, which hold the 32-bit ones of the
    /// network exactly, and epoch and batch as whole numbers.
    /// </summary>
    /// <param name="path">The file, which is there in whole or not at all.</param>
    /// <param name="network">Whose parameters.</param>
    /// <param name="epoch">The epoch that the training has come to.</param>
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
        IReadOnlyList<NumPyTensor> tensors = NumPyTensor.AllOf(network);
        using var archive = new NpzWriter(stream);
        foreach (NumPyTensor tensor in tensors)
        {
            archive.Add(tensor.Key, tensor.Sizes, tensor.Values());
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
