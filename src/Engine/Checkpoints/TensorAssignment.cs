namespace CifarFast.Engine.Checkpoints;

/// <summary>Which tensors of a file were read for those of a network.</summary>
/// <param name="Tensors">Those of the network, each with the one in the file.</param>
/// <param name="Prefix">What all names in the file have before those that were expected, fit to be shown: empty where they are the same, null where they differ otherwise.</param>
public sealed record TensorAssignment(IReadOnlyList<AssignedTensor> Tensors, string? Prefix)
{
    internal static TensorAssignment Of(IReadOnlyList<TensorEntry> expected, IReadOnlyList<TensorEntry> sources)
    {
        string first = sources[0].Name;
        string prefix = first.EndsWith(expected[0].Name, StringComparison.Ordinal) ? first[..^expected[0].Name.Length] : "";
        bool isPrefix = expected.Zip(sources).All(pair => pair.Second.Name == prefix + pair.First.Name);
        return new TensorAssignment(
            [.. expected.Zip(sources, (tensor, source) => new AssignedTensor(tensor.Name, source.PrintableName, source.SizesText))],
            isPrefix ? SafetensorsHeader.Printable(prefix) : null);
    }
}
