using System.Globalization;
using System.Text;
using System.Text.Json;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Files;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Numerics;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Training;

namespace CifarFast.Engine.Checkpoints;

/// <summary>
/// A run as it stood between two steps, in one safetensors file: the parameters under the names and in the shapes of a PyTorch
/// <c>state_dict</c>, what the optimizer keeps as <c>optimizer.momentum_buffer.…</c> and the like, and in the metadata the state of the run, the
/// caller's own texts, and a checksum over all of it.
/// </summary>
public sealed class Checkpoint
{
    internal const string Version = "1";
    internal const string VersionKey = "checkpoint_version";
    internal const string NumericsKey = "numerics_version";
    internal const string NetworkKey = "network";
    internal const string ArchitectureKey = "cifarfast_architecture";
    internal const string StateKey = "state";

    private readonly SafetensorsFile _file;

    private Checkpoint(string path, SafetensorsFile file, string network, int? numerics, TrainingState state)
    {
        Path = path;
        _file = file;
        Network = network;
        Numerics = numerics;
        State = state;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The name of the network, fit to be shown.</summary>
    public string Network { get; }

    /// <summary>The <see cref="NumericsVersion"/> of its last steps; null where this program has made no step of it.</summary>
    internal int? Numerics { get; }

    /// <summary>Where the run stood.</summary>
    public TrainingState State { get; }

    /// <summary>Reads a checkpoint. Nothing in the file is trusted, and memory is taken by what the file has, never by what it claims.</summary>
    /// <exception cref="CheckpointException">It is missing, damaged or no checkpoint; the message is one line that names file and fault.</exception>
    public static Checkpoint Read(string path) => Of(path, SafetensorsFile.Read(path));

    /// <summary>The checkpoint in a file, or null where there is no sound one.</summary>
    public static Checkpoint? Find(string path)
    {
        try
        {
            return Read(path);
        }
        catch (CheckpointException)
        {
            return null;
        }
    }

    internal static Checkpoint Of(string path, SafetensorsFile file)
    {
        if (file.Metadata(VersionKey) is not byte[] version)
        {
            throw new CheckpointException($"{path} is no checkpoint of a run: its metadata lack '{VersionKey}'");
        }

        if (Encoding.UTF8.GetString(version) != Version)
        {
            throw new CheckpointException($"{path} is a checkpoint of a version this program does not know; use a newer program");
        }

        if (!file.HasChecksum || file.Metadata(NetworkKey) is not byte[] network || file.Metadata(StateKey) is not byte[] state)
        {
            throw new CheckpointException($"{path} is damaged: its metadata lack checksum, network or state");
        }

        try
        {
            StateRecord record = JsonSerializer.Deserialize(state, StateJson.Default.StateRecord)
                ?? throw new FormatException("the state in it is empty");
            var stood = record.ToState();
            return new Checkpoint(path, file, SafetensorsHeader.Printable(Encoding.UTF8.GetString(network)), NumericsOf(file, stood), stood);
        }
        catch (JsonException error)
        {
            throw new CheckpointException($"{path} is damaged: the state in it is not what it should be", error);
        }
        catch (FormatException error)
        {
            throw new CheckpointException($"{path} is damaged: {error.Message}", error);
        }
    }

    /// <summary>Writes a checkpoint of a run that another program began, so that it can go on here; it has nothing of an optimizer.</summary>
    /// <param name="path">The file, which is there in whole or not at all.</param>
    /// <param name="network">Its weights.</param>
    /// <param name="state">Where it stands.</param>
    /// <param name="metadata">The caller's own texts.</param>
    /// <exception cref="CheckpointException">Weights are not finite numbers.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Save(string path, Network network, TrainingState state, IReadOnlyDictionary<string, string> metadata) =>
        DurableFile.Write(path, file => Write(file, network, state, metadata));

    /// <summary>Writes what <see cref="Save"/> writes to a stream, which stays open.</summary>
    /// <exception cref="CheckpointException">Weights are not finite numbers.</exception>
    /// <exception cref="IOException">The stream cannot be written to.</exception>
    public static void Write(Stream stream, Network network, TrainingState state, IReadOnlyDictionary<string, string> metadata)
    {
        if (!network.IsFinite)
        {
            throw new CheckpointException("a checkpoint would be of no use: weights are not finite numbers");
        }

        var snapshot = new CheckpointSnapshot(network.StateTensors);
        snapshot.Take(network.Architecture, state, numerics: null, BestEpochTracker.Of(new Recipe(), state.Epochs), metadata);
        snapshot.WriteTo(stream);
    }

    /// <summary>A text that was saved with the checkpoint, in UTF-8, or null.</summary>
    /// <exception cref="CheckpointException">It is not valid text.</exception>
    public byte[]? Metadata(string key) => _file.Metadata(key);

    /// <summary>Sets the parameters and buffers of a network.</summary>
    /// <exception cref="CheckpointException">The checkpoint is of another network.</exception>
    public void CopyTo(Network network)
    {
        Copy(network.StateTensors);
    }

    /// <summary>Puts a run to where this one stood: tensors and state.</summary>
    /// <exception cref="CheckpointException">The checkpoint is of another network, or the run cannot stand there.</exception>
    public void CopyTo(TrainingSession session)
    {
        // What an optimizer or an average keeps, and another program's checkpoint does not have, begins as at the start of a run.
        bool begins = State.IsImported
            && !_file.Tensors.Keys.Any(name => name.StartsWith(OptimizerState.Prefix, StringComparison.Ordinal));
        if (begins)
        {
            Copy(session.Network.StateTensors);
            session.BeginAverage();
        }
        else
        {
            Copy(session.StateTensors);
        }

        try
        {
            session.Resume(State, Numerics);
        }
        catch (FormatException error)
        {
            throw new CheckpointException($"{Path} does not fit: {error.Message}", error);
        }

        if (!session.IsFinite)
        {
            throw new CheckpointException($"{Path} is of no use: weights in it are not finite numbers");
        }
    }

    /// <summary>Says in the metadata of a file which network it is of.</summary>
    internal static void Describe(Architecture architecture, Dictionary<string, string> metadata)
    {
        metadata[NetworkKey] = architecture.Name;
        if (architecture.ToJson() is string json)
        {
            metadata[ArchitectureKey] = json;
        }
    }

    private static int? NumericsOf(SafetensorsFile file, TrainingState state) =>
        file.Text(NumericsKey) is not string text ? (state.IsImported ? null : NumericsVersion.First)
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int version) ? version
        : throw new FormatException("its numerics version is no number");

    private void Copy(IEnumerable<StateTensor> tensors)
    {
        foreach (StateTensor tensor in tensors)
        {
            tensor.CopyFrom(tensor.IsCount ? [_file.Count(tensor.Name)] : _file.Floats(tensor.Name, tensor.Shape));
        }
    }
}
