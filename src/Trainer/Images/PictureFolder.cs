using CifarFast.Engine.Files;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Images;

/// <summary>The pictures in a folder and in those below it, known by their content.</summary>
internal sealed class PictureFolder
{
    private readonly List<string> _pictures = [];
    private readonly List<string> _others = [];

    /// <summary>Goes through a folder, as <see cref="FileTree"/> does.</summary>
    public PictureFolder(string name)
    {
        var tree = new FileTree(name);
        Failures = tree.Failures;
        foreach (string path in tree.Files.Select(file => tree.FullPath(file.Path)))
        {
            // What cannot be opened may be a picture: whoever reads it says why not.
            bool mayBePicture = FileSignature.Of(path).Kind is FileKind.Picture or FileKind.Unreadable;
            (mayBePicture ? _pictures : _others).Add(path);
        }

        _pictures.Sort(StringComparer.Ordinal);
        _others.Sort(StringComparer.Ordinal);
    }

    /// <summary>The pictures, in the order of their names.</summary>
    public IReadOnlyList<string> Pictures => _pictures;

    /// <summary>Files that are no pictures of a format that is read, in the order of their names.</summary>
    public IReadOnlyList<string> Others => _others;

    /// <summary>Folders that cannot be read.</summary>
    public IReadOnlyList<PictureFailure> Failures { get; }
}
