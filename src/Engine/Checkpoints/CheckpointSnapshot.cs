using System.Globalization;
using System.Text.Json;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Training;

namespace CifarFast.Engine.Checkpoints;

/// <summary>
/// A run as it stands between two steps, taken down in memory: one copy as the kernels keep their numbers, while training waits.
/// Putting them into the order of the file is left to the thread that writes.
/// </summary>
internal sealed class CheckpointSnapshot
{
    /// <summary>The key in the metadata of the best epoch so far.</summary>
    public const string BestEpochKey = "best_epoch";

    private readonly IReadOnlyList<StateTensor> _tensors;
    private readonly float[][] _values;
    private readonly SafetensorsImage _image;
    private Dictionary<string, string> _metadata = [];

    /// <summary>Makes room for snapshots of <paramref name="session"/>.</summary>
    public CheckpointSnapshot(TrainingSession session)
        : this(session.StateTensors)
    {
    }

    /// <summary>Makes room for snapshots of <paramref name="tensors"/>.</summary>
    public CheckpointSnapshot(IReadOnlyList<StateTensor> tensors)
    {
        _tensors = tensors;
        _values = [.. tensors.Select(tensor => new float[tensor.Value.Length])];
        _image = new SafetensorsImage(tensors);
    }

    /// <summary>Takes down where a run stands.</summary>
    /// <param name="session">The run that there is room for.</param>
    /// <param name="metadata">The caller's own texts.</param>
    public void Take(TrainingSession session, IReadOnlyDictionary<string, string> metadata) =>
        Take(session.Network.Architecture, session.State, session.Numerics, session.BestEpochTracker, metadata);

    /// <summary>Takes down the tensors, and where a run of them stands.</summary>
    /// <param name="architecture">The network.</param>
    /// <param name="state">The state of the run.</param>
    /// <param name="numerics">The numerics version of its last steps; null where none is known.</param>
    /// <param name="tracker">Its best epoch.</param>
    /// <param name="metadata">The caller's own texts.</param>
    public void Take(Architecture architecture, TrainingState state, int? numerics, BestEpochTracker tracker, IReadOnlyDictionary<string, string> metadata)
    {
        for (int i = 0; i < _values.Length; i++)
        {
            _tensors[i].Value.CopyTo(_values[i]);
        }

        _metadata = new Dictionary<string, string>(metadata)
        {
            ["format"] = "pt",
            [Checkpoint.VersionKey] = Checkpoint.Version,
            ["epoch"] = state.Epoch.ToString(CultureInfo.InvariantCulture),
            ["batch"] = state.Batch.ToString(CultureInfo.InvariantCulture),
            ["step"] = state.Step.ToString(CultureInfo.InvariantCulture),
            [BestEpochKey] = tracker.BestEpoch.ToString(CultureInfo.InvariantCulture),
            [Checkpoint.StateKey] = JsonSerializer.Serialize(StateRecord.Of(state), StateJson.Default.StateRecord),
        };
        Checkpoint.Describe(architecture, _metadata);
        if (numerics is int version)
        {
            _metadata[Checkpoint.NumericsKey] = version.ToString(CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Writes the file.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void WriteTo(Stream file)
    {
        for (int i = 0; i < _values.Length; i++)
        {
            _image.Set(i, _values[i]);
        }

        _image.WriteTo(file, _metadata);
    }
}
