namespace CifarFast.Trainer.Runs;

/// <summary>Where something is, behind all links.</summary>
internal static class RealPath
{
    /// <summary>How many links may lead to another one: as many as Linux follows.</summary>
    private const int MaxLinks = 40;

    /// <summary>The full path without any links, so far as there is something and the links do not go round in circles.</summary>
    public static string Of(string name) => Of(name, MaxLinks);

    private static string Of(string name, int linksLeft)
    {
        string path = Path.GetFullPath(name);
        if (Path.GetDirectoryName(path) is not string parent)
        {
            return path;
        }

        path = Path.Join(Of(parent, linksLeft), Path.GetFileName(path));
        return linksLeft > 0 && Path.Exists(path) && File.ResolveLinkTarget(path, returnFinalTarget: false) is FileSystemInfo target
            ? Of(target.FullName, linksLeft - 1)
            : path;
    }
}
