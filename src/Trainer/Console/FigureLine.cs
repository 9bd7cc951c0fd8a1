namespace CifarFast.Trainer.Console;

/// <summary>Figures side by side.</summary>
internal static class FigureLine
{
    private const string Gap = "  ";

    /// <summary>The figures in their order, without those of least weight where they do not all fit.</summary>
    public static string Fit(int width, IReadOnlyList<(int Weight, string Text)> figures)
    {
        int left = width + Gap.Length;
        HashSet<string> kept = [];
        foreach ((_, string text) in figures.OrderByDescending(figure => figure.Weight))
        {
            if (text.Length + Gap.Length <= left)
            {
                left -= text.Length + Gap.Length;
                kept.Add(text);
            }
        }

        return string.Join(Gap, figures.Select(figure => figure.Text).Where(kept.Contains));
    }
}
