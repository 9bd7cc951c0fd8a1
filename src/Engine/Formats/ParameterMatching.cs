using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Execution;

namespace CifarFast.Engine.Formats;

/// <summary>Finds the parameters of a network in a file: whose names it has, PyTorch's or a NumPy program's, and which tensor is which.</summary>
internal sealed class ParameterMatching
{
    private readonly IWeightsSource _source;
    private readonly IReadOnlyList<TensorEntry> _tensors;
    private readonly IReadOnlyList<TensorMapping> _mappings;
    private readonly bool _isCheckpoint;

    private ParameterMatching(IWeightsSource source, IReadOnlyList<TensorMapping> mappings)
    {
        _source = source;
        _tensors = source.Tensors;
        _mappings = mappings;
        _isCheckpoint = source.Metadata(Checkpoint.VersionKey) is not null;
    }

    /// <summary>Finds the parameters.</summary>
    /// <param name="source">The file.</param>
    /// <param name="network">The network.</param>
    /// <param name="mappings">What a person says of the names.</param>
    /// <exception cref="CheckpointException">They are not all there, or it is in doubt which tensor is which.</exception>
    public static ParameterMatch Match(IWeightsSource source, Network network, IReadOnlyList<TensorMapping> mappings) =>
        new ParameterMatching(source, mappings).Match(network);

    private ParameterMatch Match(Network network)
    {
        IReadOnlyList<NamedParameter> pyTorch = NamedParameter.PyTorch(network);
        if (_isCheckpoint)
        {
            return MatchCheckpoint(pyTorch);
        }

        // Who names a tensor of the network says whose names these are.
        bool isNumPy = _mappings.FirstOrDefault(mapping => mapping.To is [.., not '.']) is TensorMapping said
            ? IsNumPyName(said.To)
            : _tensors.Any(tensor => $".{tensor.Name}".EndsWith(".W1", StringComparison.Ordinal));
        if (isNumPy)
        {
            return MatchNumPy(NamedParameter.NumPy(network), network.Architecture.Name);
        }

        if (_mappings.Count > 0 || ShapeMatching.TellLayers(Entries(pyTorch), _tensors))
        {
            return Match(pyTorch);
        }

        // Names of neither kind do not tell how the weights of linear layers lie; shapes may.
        ParameterMatch? transposed = Find(() => NamedParameter.NumPy(network));
        return transposed is null || !transposed.Parameters.Any(parameter => parameter.IsReversed) ? Match(pyTorch)
            : Find(() => pyTorch) is null ? transposed
            : throw Fault("neither names nor shapes tell whether its linear layers are out × in or in × out", pyTorch);
    }

    /// <summary>A checkpoint of this program that lacks a tensor is not to be guessed about.</summary>
    private ParameterMatch MatchCheckpoint(IReadOnlyList<NamedParameter> parameters)
    {
        if (_mappings.Count > 0)
        {
            throw new CheckpointException($"{_source.Path} is a checkpoint of a run: its tensors have the names of the network's, so there is nothing to map");
        }

        var names = _tensors.Select(tensor => tensor.Name).ToHashSet();
        return parameters.FirstOrDefault(parameter => !names.Contains(parameter.Name)) is NamedParameter missing
            ? throw Fault($"{missing.Name} is missing: it is damaged, or was made for another network", parameters)
            : Match(parameters);
    }

    private ParameterMatch MatchNumPy(IReadOnlyList<NamedParameter> parameters, string network)
    {
        string beyond = NamedParameter.NumPyWeight((parameters.Count / 2) + 1);
        return _tensors.Any(tensor => tensor.Name == beyond)
            ? throw Fault($"{beyond} is of a layer that the network '{network}' does not have: it was made for another network", parameters)
            : Match(parameters);
    }

    private ParameterMatch Match(IReadOnlyList<NamedParameter> parameters)
    {
        try
        {
            return new ParameterMatch(parameters, TensorMatching.Match(Entries(parameters), _tensors, _mappings));
        }
        catch (FormatException error)
        {
            throw Fault(error.Message, parameters, error);
        }
    }

    private ParameterMatch? Find(Func<IReadOnlyList<NamedParameter>> parameters)
    {
        try
        {
            return Match(parameters());
        }
        catch (CheckpointException)
        {
            return null;
        }
    }

    /// <summary>What is wrong, and what may be mapped to mend it.</summary>
    private CheckpointException Fault(string what, IReadOnlyList<NamedParameter> parameters, Exception? inner = null) =>
        new($"{_source.Path}: {what}", inner) { Details = _isCheckpoint ? [] : TensorTable.Of(Entries(parameters), _tensors) };

    private static bool IsNumPyName(string name) => name is ['W' or 'B', .. { Length: > 0 } number] && number.All(char.IsAsciiDigit);

    private static TensorEntry[] Entries(IReadOnlyList<NamedParameter> parameters) => [.. parameters.Select(parameter => parameter.Entry)];
}
