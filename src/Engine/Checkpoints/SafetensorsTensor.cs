using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Checkpoints;

/// <summary>A tensor of a safetensors file, as the header has it and checked against the file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DataType">The type of its elements, as <c>F32</c>.</param>
/// <param name="Dimensions">Its sizes, outermost first; none for a single number.</param>
/// <param name="Start">Where its bytes begin, from the first byte behind the header.</param>
/// <param name="End">Where they end.</param>
internal sealed record SafetensorsTensor(string Name, string DataType, int[] Dimensions, long Start, long End)
{
    /// <summary>Whether its sizes are those of <paramref name="shape"/>.</summary>
    public bool Has(Shape shape) =>
        Dimensions.Length == shape.Rank && !Dimensions.Where((size, axis) => size != shape[axis]).Any();

    /// <summary>What whoever wants weights is told of it.</summary>
    public TensorEntry ToEntry() => new(Name, [.. Dimensions], DataType, SafetensorsFormat.IsFloat(DataType), DataType == SafetensorsFormat.Int64);

    /// <summary>As <c>F32 16×3×3×3</c>.</summary>
    public override string ToString() => $"{DataType} {string.Join('×', Dimensions)}".TrimEnd();
}
