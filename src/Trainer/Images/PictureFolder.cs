using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Images;

/// <summary>Which files a person means who names a picture or a folder of them.</summary>
internal static class PictureFolder
{
    private static readonly string[] _endings = [".png", ".jpg", ".jpeg", ".bmp", ".webp", ".gif"];

    /// <summary>The pictures directly in the folder <paramref name="name"/>, by the ending of their names and in the order of these; else the name itself.</summary>
    /// <exception cref="PictureException">It is a folder without pictures, or one that cannot be read.</exception>
    public static IReadOnlyList<string> Find(string name)
    {
        if (!Directory.Exists(name))
        {
            return [name];
        }

        try
        {
            string[] pictures = [.. Directory.EnumerateFiles(name).Where(IsPicture).Order(StringComparer.Ordinal)];
            return pictures.Length > 0 ? pictures : throw new PictureException($"'{name}' is a folder without pictures ({string.Join(", ", _endings)})");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new PictureException($"'{name}' cannot be read: {Reason.Of(error)}", error);
        }
    }

    private static bool IsPicture(string file) => _endings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase);
}
