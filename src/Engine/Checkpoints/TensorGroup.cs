namespace CifarFast.Engine.Checkpoints;

/// <summary>Tensors that only go together: those of a layer, or a single one where names do not tell layers.</summary>
/// <param name="Name">The layer, or the tensor.</param>
/// <param name="Members">The tensors, in an order that is the same in all groups of one signature.</param>
/// <param name="Signature">What two groups must share if one is to be taken for the other.</param>
internal sealed record TensorGroup(string Name, IReadOnlyList<TensorEntry> Members, string Signature)
{
    /// <summary>Groups tensors by layers, in the order in which these begin.</summary>
    public static TensorGroup[] ByLayer(IEnumerable<TensorEntry> tensors) =>
    [
        .. tensors.GroupBy(tensor => TensorName.Layer(tensor.Name)).Select(layer =>
        {
            TensorEntry[] members = [.. layer.OrderBy(tensor => TensorName.Leaf(tensor.Name), StringComparer.Ordinal)];
            return new TensorGroup(layer.Key, members, string.Join(' ', members.Select(tensor => $"{TensorName.Leaf(tensor.Name)}:{tensor.SizesText}")));
        }),
    ];

    /// <summary>Makes a group of each tensor.</summary>
    public static TensorGroup[] Singly(IEnumerable<TensorEntry> tensors) =>
        [.. tensors.Select(tensor => new TensorGroup(tensor.Name, [tensor], tensor.SizesText))];
}
