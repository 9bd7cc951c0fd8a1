namespace CifarFast.Trainer.Reports;

/// <summary>A picture of a report.</summary>
/// <param name="Name">Its file's name, without the extension.</param>
/// <param name="Section">Where on the page it stands, or null where the page has a table in its place.</param>
/// <param name="Title">What it shows, in words.</param>
/// <param name="Draw">Draws it as a PNG.</param>
internal sealed record Picture(string Name, PageSection? Section, string Title, Func<Theme, byte[]> Draw)
{
    /// <summary>The names of all pictures there may be: what is not drawn this time may be left from another.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "loss", "accuracy", "loss-batches", "accuracy-batches", "images-per-second", "learning-rate",
        "confusion", "confusion-normalized", "confused-pairs", "wrong", "right", "augmented", "filters",
    ];

    /// <summary>The name of its file.</summary>
    public string FileName => FileNameOf(Name);

    /// <summary>The name of the file of the picture called <paramref name="name"/>.</summary>
    public static string FileNameOf(string name) => $"{name}.png";
}
