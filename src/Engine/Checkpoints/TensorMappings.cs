namespace CifarFast.Engine.Checkpoints;

/// <summary>Finds what a person says of tensors.</summary>
internal static class TensorMappings
{
    /// <summary>The tensors of a file that are meant, by the names of those of the network that they are.</summary>
    /// <exception cref="FormatException">There are no such tensors, or they are mapped more than once, or do not fit.</exception>
    public static Dictionary<string, TensorEntry> Apply(
        IReadOnlyList<TensorMapping> mappings, IReadOnlyList<TensorEntry> expected, IReadOnlyList<TensorEntry> present)
    {
        Dictionary<string, TensorEntry> byName = expected.ToDictionary(tensor => tensor.Name);
        var sources = new Dictionary<string, TensorEntry>();
        var used = new HashSet<string>();
        foreach (TensorMapping mapping in mappings)
        {
            foreach (TensorEntry tensor in Find(mapping, byName, present))
            {
                string name = mapping.Map(tensor.Name);
                if (!sources.TryAdd(name, tensor) || !used.Add(tensor.Name))
                {
                    throw new FormatException($"{mapping.Printable} says once more what {tensor.PrintableName} or {name} is");
                }

                tensor.MustFit(byName[name]);
            }
        }

        return sources;
    }

    private static TensorEntry[] Find(TensorMapping mapping, Dictionary<string, TensorEntry> expected, IReadOnlyList<TensorEntry> present)
    {
        TensorEntry[] meant = [.. present.Where(tensor => mapping.Means(tensor.Name))];
        TensorEntry[] mapped = [.. meant.Where(tensor => expected.ContainsKey(mapping.Map(tensor.Name)))];
        if (mapped.Length > 0)
        {
            return mapped;
        }

        string begins = mapping.IsPrefix ? "that begins with " : "";
        throw new FormatException(
            meant.Length == 0 ? $"it has no tensor {begins}'{SafetensorsHeader.Printable(mapping.From)}', which {mapping.Printable} is about"
            : mapping.IsPrefix ? $"the network has none of the tensors that {mapping.Printable} is about"
            : $"the network has no tensor '{SafetensorsHeader.Printable(mapping.To)}', which {mapping.Printable} is about");
    }
}
