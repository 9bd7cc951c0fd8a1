using System.IO.Enumeration;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Images;

/// <summary>
/// The files in a folder and in those below it. Links are followed, but no folder is gone through twice. What a system hides or keeps for
/// itself is passed over. No file is opened.
/// </summary>
internal sealed class FileTree
{
    private static readonly EnumerationOptions _everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    private readonly List<FileTreeEntry> _files = [];
    private readonly List<string> _folders = [];
    private readonly List<PictureFailure> _failures = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly Queue<string> _links = new();
    private readonly string _root;
    private readonly CancellationToken _cancellation;

    /// <summary>Goes through a folder.</summary>
    /// <exception cref="OperationCanceledException">Cancellation was asked for.</exception>
    public FileTree(string root, CancellationToken cancellation = default)
    {
        _root = root;
        _cancellation = cancellation;

        // What lies in a folder is called so, and not by way of a link elsewhere in it: links come last.
        _links.Enqueue("");
        while (_links.TryDequeue(out string? link))
        {
            Walk(link, RealPath.Of(FullPath(link)));
        }
    }

    /// <summary>The files, in no order.</summary>
    public IReadOnlyList<FileTreeEntry> Files => _files;

    /// <summary>The folders below this one that were gone through, as their paths from it on; in no order.</summary>
    public IReadOnlyList<string> Folders => _folders;

    /// <summary>Folders that cannot be read.</summary>
    public IReadOnlyList<PictureFailure> Failures => _failures;

    /// <summary>Where a file or folder is that lies at <paramref name="path"/> from the folder on.</summary>
    public string FullPath(string path) =>
        path.Length == 0 ? _root : Path.Join(_root, Path.DirectorySeparatorChar == '/' ? path : path.Replace('/', Path.DirectorySeparatorChar));

    private static bool IsOfUser(ref FileSystemEntry entry) =>
        entry.FileName is not (['.', ..] or "__MACOSX" or "Thumbs.db" or "desktop.ini") && !entry.IsHidden;

    private void Walk(string folder, string realPath)
    {
        _cancellation.ThrowIfCancellationRequested();
        if (!_seen.Add(realPath))
        {
            return;
        }

        try
        {
            if (folder.Length > 0)
            {
                _folders.Add(folder);
            }

            var below = new List<(string Name, bool IsLink)>();
            foreach (Found found in List(FullPath(folder)))
            {
                if (found.IsFolder)
                {
                    below.Add((found.Name, found.IsLink));
                }
                else
                {
                    Add(Join(folder, found.Name), found);
                }
            }

            below.Sort((one, other) => string.CompareOrdinal(one.Name, other.Name));
            foreach ((string name, bool isLink) in below)
            {
                if (isLink)
                {
                    _links.Enqueue(Join(folder, name));
                }
                else
                {
                    Walk(Join(folder, name), Path.Join(realPath, name));
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            string full = FullPath(folder);
            _failures.Add(new PictureFailure(full, $"'{full}' cannot be read: {Reason.Of(error)}"));
        }
    }

    private static FileSystemEnumerable<Found> List(string folder) => new(
        folder,
        (ref FileSystemEntry entry) => new Found(
            entry.FileName.ToString(), entry.IsDirectory, entry.Attributes.HasFlag(FileAttributes.ReparsePoint), entry.Length, entry.LastWriteTimeUtc.Ticks),
        _everything)
    {
        ShouldIncludePredicate = IsOfUser,
    };

    private static string Join(string folder, string name) => folder.Length == 0 ? name : $"{folder}/{name}";

    private void Add(string path, Found found)
    {
        if (!found.IsLink)
        {
            _files.Add(new FileTreeEntry(path, found.Length, found.Modified));
            return;
        }

        try
        {
            var target = (FileInfo?)File.ResolveLinkTarget(FullPath(path), returnFinalTarget: true);
            _files.Add(target is { Exists: true } ? new FileTreeEntry(path, target.Length, target.LastWriteTimeUtc.Ticks) : new FileTreeEntry(path, 0, 0));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A link to itself, say: whoever opens it says what is wrong.
            _files.Add(new FileTreeEntry(path, 0, 0));
        }
    }

    private readonly record struct Found(string Name, bool IsFolder, bool IsLink, long Length, long Modified);
}
