namespace CifarFast.Trainer.Reports;

/// <summary>A picture of a report.</summary>
/// <param name="Name">Its file's name, without the ending.</param>
/// <param name="Section">Where on the page it stands, or null where the page has a table in its place.</param>
/// <param name="Title">What it shows, in words.</param>
/// <param name="Draw">Draws it as a PNG.</param>
internal sealed record Picture(string Name, PageSection? Section, string Title, Func<Theme, byte[]> Draw)
{
    /// <summary>The name of its file.</summary>
    public string FileName => $"{Name}.png";
}
