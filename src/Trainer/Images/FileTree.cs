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
            Walk(link);
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

    /// <summary>Goes through a folder level by level, and through the folders of a level at once: most of the time goes by in waiting for the system.</summary>
    private void Walk(string start)
    {
        List<(string Path, string RealPath)> level = [(start, RealPath.Of(FullPath(start)))];
        var links = new List<string>();
        while (level.Count > 0)
        {
            var below = new List<(string Path, string RealPath)>();
            (string Path, string RealPath)[] unseen = [.. level.Where(folder => _seen.Add(folder.RealPath))];
            _folders.AddRange(unseen.Select(folder => folder.Path).Where(path => path.Length > 0));
            Parallel.ForEach(unseen, new ParallelOptions { CancellationToken = _cancellation }, folder =>
            {
                List<Found> content = Read(folder.Path);
                lock (_files)
                {
                    foreach (Found found in content)
                    {
                        string path = Join(folder.Path, found.Name);
                        if (!found.IsFolder)
                        {
                            _files.Add(found.IsLink ? Behind(path) : new FileTreeEntry(path, found.Length, found.Modified));
                        }
                        else if (found.IsLink)
                        {
                            links.Add(path);
                        }
                        else
                        {
                            below.Add((path, Path.Join(folder.RealPath, found.Name)));
                        }
                    }
                }
            });
            level = below;
        }

        links.Sort(StringComparer.Ordinal);
        links.ForEach(_links.Enqueue);
    }

    private List<Found> Read(string folder)
    {
        var content = new List<Found>();
        try
        {
            content.AddRange(List(FullPath(folder)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            string full = FullPath(folder);
            lock (_files)
            {
                _failures.Add(new PictureFailure(full, $"'{full}' cannot be read: {Reason.Of(error)}"));
            }
        }

        return content;
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

    /// <summary>The file that a link leads to.</summary>
    private FileTreeEntry Behind(string path)
    {
        try
        {
            var target = (FileInfo?)File.ResolveLinkTarget(FullPath(path), returnFinalTarget: true);
            return target is { Exists: true } ? new FileTreeEntry(path, target.Length, target.LastWriteTimeUtc.Ticks) : new FileTreeEntry(path, 0, 0);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A link to itself, say: whoever opens it says what is wrong.
            return new FileTreeEntry(path, 0, 0);
        }
    }

    private readonly record struct Found(string Name, bool IsFolder, bool IsLink, long Length, long Modified);
}
