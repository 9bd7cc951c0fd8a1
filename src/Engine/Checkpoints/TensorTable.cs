namespace CifarFast.Engine.Checkpoints;

/// <summary>The tensors that a network expects and those of a file, side by side for a person to compare.</summary>
internal static class TensorTable
{
    /// <summary>A file may have thousands of tensors.</summary>
    private const int MaxRows = 64;

    /// <summary>The lines of the table, with a heading.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<TensorEntry> expected, IReadOnlyList<TensorEntry> present)
    {
        string[] left = Column("expected", expected);
        string[] right = Column("in the file", present);
        int width = left.Max(line => line.Length);
        return
        [
            .. Enumerable.Range(0, Math.Max(left.Length, right.Length))
                .Select(i => $"  {left.ElementAtOrDefault(i)?.PadRight(width) ?? new string(' ', width)}  {right.ElementAtOrDefault(i)}".TrimEnd()),
        ];
    }

    private static string[] Column(string heading, IReadOnlyList<TensorEntry> tensors)
    {
        TensorEntry[] shown = [.. tensors.Take(MaxRows)];
        int width = shown.Select(tensor => tensor.PrintableName.Length).DefaultIfEmpty().Max();
        IEnumerable<string> rows = shown.Select(tensor => $"{tensor.PrintableName.PadRight(width)}  {tensor.Description}".TrimEnd());
        return [heading, .. rows, .. tensors.Count > MaxRows ? [$"… and {tensors.Count - MaxRows:N0} more"] : Array.Empty<string>()];
    }
}
