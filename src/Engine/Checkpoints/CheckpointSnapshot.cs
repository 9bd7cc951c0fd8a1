using System.Globalization;
using System.Text.Json;
using CifarFast.Engine.Execution;
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

    private readonly IReadOnlyList<Parameter> _parameters;
    private readonly float[] _values;
    private readonly float[] _velocity;
    private readonly SafetensorsImage _image;
    private Dictionary<string, string> _metadata = [];

    /// <summary>Makes room for snapshots of <paramref name="session"/>.</summary>
    public CheckpointSnapshot(TrainingSession session)
        : this(session.Network, session.Velocity.Length)
    {
    }

    /// <summary>Makes room for snapshots of runs of <paramref name="network"/>, with momentum buffers or, where their length is 0, without.</summary>
    public CheckpointSnapshot(Network network, int velocityLength)
    {
        _parameters = network.Parameters;
        _values = new float[network.Values.Length];
        _velocity = new float[velocityLength];
        IEnumerable<string> prefixes = _velocity.Length == 0 ? [""] : ["", Checkpoint.MomentumPrefix];
        _image = new SafetensorsImage(
            [.. prefixes.SelectMany(prefix => _parameters.Select(parameter => (prefix + parameter.Name, parameter.Shape)))]);
    }

    /// <summary>Takes down where a run stands.</summary>
    /// <param name="session">The run that there is room for.</param>
    /// <param name="metadata">The caller's own texts.</param>
    public void Take(TrainingSession session, IReadOnlyDictionary<string, string> metadata) =>
        Take(session.Network, session.Velocity, session.State, session.Progression, metadata);

    /// <summary>Takes down where a run stands.</summary>
    /// <param name="network">The network that there is room for.</param>
    /// <param name="velocity">Its momentum buffers.</param>
    /// <param name="state">The state of the run.</param>
    /// <param name="progression">Its best epoch.</param>
    /// <param name="metadata">The caller's own texts.</param>
    public void Take(
        Network network, ReadOnlySpan<float> velocity, TrainingState state, Progression progression, IReadOnlyDictionary<string, string> metadata)
    {
        network.Values.Span.CopyTo(_values);
        velocity.CopyTo(_velocity);
        _metadata = new Dictionary<string, string>(metadata)
        {
            ["format"] = "pt",
            [Checkpoint.VersionKey] = Checkpoint.Version,
            [Checkpoint.NetworkKey] = network.Architecture.Name,
            ["epoch"] = state.Epoch.ToString(CultureInfo.InvariantCulture),
            ["batch"] = state.Batch.ToString(CultureInfo.InvariantCulture),
            ["step"] = state.Step.ToString(CultureInfo.InvariantCulture),
            [BestEpochKey] = progression.BestEpoch.ToString(CultureInfo.InvariantCulture),
            [Checkpoint.StateKey] = JsonSerializer.Serialize(StateRecord.Of(state), StateJson.Default.StateRecord),
        };
    }

    /// <summary>Writes the file.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void WriteTo(Stream file)
    {
        Arrange(_values, 0);
        if (_velocity.Length > 0)
        {
            Arrange(_velocity, _parameters.Count);
        }

        _image.WriteTo(file, _metadata);
    }

    private void Arrange(ReadOnlySpan<float> stored, int firstTensor)
    {
        for (int i = 0; i < _parameters.Count; i++)
        {
            Parameter parameter = _parameters[i];
            parameter.Export(stored.Slice(parameter.Offset, parameter.Value.Length), _image.Tensor(firstTensor + i));
        }
    }
}
