namespace CifarFast.Engine.Checkpoints;

/// <summary>
/// Finds the tensors of a network among those of a file, which may have other names. Only what names and shapes leave no doubt
/// about is found: weights in the wrong place are worse than none. It knows nothing of networks or of the formats of files.
/// </summary>
internal static class TensorMatching
{
    /// <summary>
    /// Finds a tensor of the file for each expected one: as <paramref name="mappings"/> say, the rest under their own names or behind
    /// one prefix, else by shapes.
    /// </summary>
    /// <param name="expected">The tensors of the network, in its order.</param>
    /// <param name="present">The tensors of the file, in its order; no name comes twice.</param>
    /// <param name="mappings">What a person says.</param>
    /// <returns>The tensors of the file, in the order of the network.</returns>
    /// <exception cref="FormatException">They are not all there, or there is doubt; the message is a sentence about the file that says which.</exception>
    public static IReadOnlyList<TensorEntry> Match(
        IReadOnlyList<TensorEntry> expected, IReadOnlyList<TensorEntry> present, IReadOnlyList<TensorMapping> mappings)
    {
        Dictionary<string, TensorEntry> sources = TensorMappings.Apply(mappings, expected, present);
        var used = sources.Values.Select(source => source.Name).ToHashSet();
        TensorEntry[] rest = [.. expected.Where(tensor => !sources.ContainsKey(tensor.Name))];
        TensorEntry[] free = [.. present.Where(tensor => !used.Contains(tensor.Name))];
        foreach ((string name, TensorEntry source) in ByNames(rest, free) ?? ShapeMatching.Match(rest, free))
        {
            sources.Add(name, source);
        }

        TensorEntry[] found = [.. expected.Select(tensor => sources[tensor.Name])];
        foreach ((TensorEntry tensor, TensorEntry source) in expected.Zip(found))
        {
            source.MustFit(tensor);
        }

        return found;
    }

    /// <summary>The tensors that have the expected names, all of them behind the same prefix or none; null where some have not.</summary>
    private static Dictionary<string, TensorEntry>? ByNames(TensorEntry[] expected, TensorEntry[] present)
    {
        if (expected.Length == 0)
        {
            return [];
        }

        var byName = present.ToDictionary(tensor => tensor.Name);
        string[] prefixes =
        [
            .. present.Select(tensor => tensor.Name)
                .Where(name => name.EndsWith(expected[0].Name, StringComparison.Ordinal))
                .Select(name => name[..^expected[0].Name.Length])
                .Where(prefix => prefix.Length == 0 || (prefix.EndsWith('.') && !TensorName.IsOptimizerState(prefix)))
                .Where(prefix => expected.All(tensor => byName.TryGetValue(prefix + tensor.Name, out TensorEntry? found) && (prefix.Length == 0 || found.IsFloat || tensor.IsInteger)))
                .OrderBy(prefix => prefix.Length),
        ];
        return prefixes switch
        {
            [] => null,
            ["", ..] or [_] => expected.ToDictionary(tensor => tensor.Name, tensor => byName[prefixes[0] + tensor.Name]),
            _ => throw new FormatException($"it has the network's tensors more than once, behind {TensorName.Join(prefixes.Select(SafetensorsHeader.Printable))}"),
        };
    }
}
