namespace CifarFast.Engine.Files;

/// <summary>Tells a file that has an end from pipes and devices, which would be waited for.</summary>
internal static class OrdinaryFile
{
    /// <summary>The length of a file, behind all links, without opening it; pipes and devices have none.</summary>
    /// <exception cref="IOException">There is none, or it cannot be told.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be told.</exception>
    public static long LengthOf(string path) =>
        ((FileInfo?)File.ResolveLinkTarget(Path.GetFullPath(path), returnFinalTarget: true) ?? new FileInfo(path)).Length;
}
