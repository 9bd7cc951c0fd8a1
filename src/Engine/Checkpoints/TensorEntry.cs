namespace CifarFast.Engine.Checkpoints;

/// <summary>A tensor as a file lists it, or as a network expects one: all there is to tell it by before it is read.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Sizes">Its sizes, outermost first, none for a single number; null where what the file says of them cannot be read.</param>
/// <param name="Type">What the file calls the type of its elements.</param>
/// <param name="IsFloat">Whether its elements are floats: only these can be weights.</param>
/// <param name="IsInteger">Whether its elements are whole numbers: of those that are expected, a count.</param>
internal sealed record TensorEntry(string Name, IReadOnlyList<long>? Sizes, string Type = "", bool IsFloat = true, bool IsInteger = false)
{
    /// <summary>The name, fit to be shown.</summary>
    public string PrintableName => SafetensorsHeader.Printable(Name);

    /// <summary>As <c>16×3×3×3</c>; empty for a single number.</summary>
    public string SizesText => Sizes is null ? "" : string.Join('×', Sizes.Take(8)) + (Sizes.Count > 8 ? "×…" : "");

    /// <summary>As <c>F32 16×3×3×3</c>.</summary>
    public string Description => $"{Type} {SizesText}".Trim();

    /// <summary>Whether there is no more than one element.</summary>
    public bool IsSingle => Sizes is not null && Sizes.All(size => size == 1);

    /// <summary>Whether the sizes are those of <paramref name="other"/>.</summary>
    public bool HasSizesOf(TensorEntry other) => Sizes is not null && other.Sizes is not null && Sizes.SequenceEqual(other.Sizes);

    /// <summary>
    /// Makes sure that it can be what is <paramref name="expected"/> by its name: a row of numbers may lie along any axis, and a count be a float.
    /// </summary>
    /// <exception cref="FormatException">It cannot.</exception>
    public void MustFit(TensorEntry expected)
    {
        bool fits = Sizes is null
            || (expected.IsInteger ? IsSingle && (IsFloat || IsInteger)
                : IsFloat && (HasSizesOf(expected) || (expected.Sizes!.Count == 1 && WithoutOnes(Sizes).SequenceEqual(WithoutOnes(expected.Sizes)))));
        if (!fits)
        {
            string wanted = expected.IsInteger ? "a whole number" : $"floats of {expected.SizesText}";
            throw new FormatException($"{PrintableName} is {Description}, expected {wanted}: it was made for another network");
        }
    }

    private static IEnumerable<long> WithoutOnes(IEnumerable<long> sizes) => sizes.Where(size => size != 1);
}
