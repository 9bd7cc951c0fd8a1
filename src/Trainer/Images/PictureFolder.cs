using CifarFast.Engine.Files;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Images;

/// <summary>
/// The pictures in a folder and in those below it, known by their content. Links are followed, but no folder is gone through twice.
/// What a system hides or keeps for itself is passed over.
/// </summary>
internal sealed class PictureFolder
{
    private readonly List<string> _pictures = [];
    private readonly List<string> _others = [];
    private readonly List<PictureFailure> _failures = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly Queue<string> _links = new();

    /// <summary>Goes through a folder.</summary>
    public PictureFolder(string name)
    {
        // What lies in a folder is called so, and not by way of a link elsewhere in it: links come last.
        _links.Enqueue(name);
        while (_links.TryDequeue(out string? link))
        {
            Walk(link, RealPath.Of(link));
        }

        _pictures.Sort(StringComparer.Ordinal);
        _others.Sort(StringComparer.Ordinal);
    }

    /// <summary>The pictures, in the order of their names.</summary>
    public IReadOnlyList<string> Pictures => _pictures;

    /// <summary>Files that are no pictures of a format that is read, in the order of their names.</summary>
    public IReadOnlyList<string> Others => _others;

    /// <summary>Folders that cannot be read.</summary>
    public IReadOnlyList<PictureFailure> Failures => _failures;

    private void Walk(string folder, string realPath)
    {
        if (!_seen.Add(realPath))
        {
            return;
        }

        try
        {
            foreach (FileSystemInfo entry in new DirectoryInfo(folder).EnumerateFileSystemInfos().Where(IsOfUser).OrderBy(entry => entry.Name, StringComparer.Ordinal))
            {
                string path = Path.Join(folder, entry.Name);
                if (!Directory.Exists(path))
                {
                    // What cannot be opened may be a picture: whoever reads it says why not.
                    bool mayBePicture = FileSignature.Of(path).Kind is FileKind.Picture or FileKind.Unreadable;
                    (mayBePicture ? _pictures : _others).Add(path);
                }
                else if (entry.LinkTarget is null)
                {
                    Walk(path, Path.Join(realPath, entry.Name));
                }
                else
                {
                    _links.Enqueue(path);
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _failures.Add(new PictureFailure(folder, $"'{folder}' cannot be read: {Reason.Of(error)}"));
        }
    }

    private static bool IsOfUser(FileSystemInfo entry) =>
        !entry.Name.StartsWith('.') && !entry.Attributes.HasFlag(FileAttributes.Hidden) && entry.Name is not ("__MACOSX" or "Thumbs.db" or "desktop.ini");
}
