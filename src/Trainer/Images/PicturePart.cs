using System.IO.Hashing;
using System.Runtime.ExceptionServices;
using CifarFast.Engine.Data;
using CifarFast.Engine.Files;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Images;

/// <summary>
/// Part of the pictures of a folder, those to train on, say: decoded, or taken from the cache as far as the files are the same as at that time.
/// </summary>
internal sealed class PicturePart
{
    /// <summary>How many pictures are taken from the cache at once.</summary>
    private const int PicturesARead = 512;

    /// <summary>What says that a file should be a picture, where its content does not.</summary>
    private static readonly string[] _extensions = [".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".webp", ".gif"];

    private readonly FileTree _tree;
    private readonly PictureSettings _settings;
    private readonly (FileTreeEntry File, string Class)[] _files;
    private readonly PictureRecord[] _records;
    private readonly PictureBlocks _pixels;
    private readonly string _key;
    private readonly string? _cachePath;
    private bool _isCacheOfToday;

    /// <summary>Takes memory for pictures; none is read yet.</summary>
    /// <param name="tree">The folder.</param>
    /// <param name="folder">The folder in it whose pictures are meant, as its name and a slash, or nothing.</param>
    /// <param name="files">The files with their classes, in the order of the images.</param>
    /// <param name="settings">What becomes of them.</param>
    /// <param name="cacheDirectory">The user's cache, or null.</param>
    /// <param name="picturesPerBlock">Pictures an array.</param>
    public PicturePart(
        FileTree tree, string folder, (FileTreeEntry File, string Class)[] files, PictureSettings settings, string? cacheDirectory, int picturesPerBlock)
    {
        _tree = tree;
        Folder = folder;
        _settings = settings;
        _files = files;
        _records = new PictureRecord[files.Length];
        _pixels = new PictureBlocks(files.Length, settings.ImageSize, picturesPerBlock);
        _key = PictureCache.Key(RealPath.Of(tree.FullPath(folder.TrimEnd('/'))), $"{settings.ImageSize} {settings.Fit}");
        _cachePath = PictureCache.PathOf(cacheDirectory, _key);
    }

    /// <summary>The folder, as its name and a slash, or nothing.</summary>
    public string Folder { get; }

    /// <summary>How many files there is nothing known of yet.</summary>
    public int Missing => _records.Count(record => record.Outcome == PictureOutcome.None);

    /// <summary>Pictures that cannot be read, and why not.</summary>
    public IEnumerable<PictureFailure> Failures => Of(PictureOutcome.Failed).Select(i => new PictureFailure(_files[i].File.Path, _records[i].Message));

    /// <summary>Files that are no pictures, and what they are.</summary>
    public IEnumerable<(string Path, string Description)> Others => Of(PictureOutcome.NoPicture).Select(i => (_files[i].File.Path, _records[i].Message));

    /// <summary>The pictures, once they are decoded: in the order of the files.</summary>
    public IReadOnlyList<(string Path, string Class, UInt128 Hash)> Pictures { get; private set; } = [];

    /// <summary>Whether a file's name says that it is a picture, whatever it is.</summary>
    private static bool IsNamedAsPicture(string file) => _extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase);

    /// <summary>Takes from the cache what is the same as at that time.</summary>
    public void ReadCache(CancellationToken cancellation)
    {
        using PictureCache? cache = _cachePath is null ? null : PictureCache.Open(_cachePath, _key, _pixels.ImageBytes);
        if (cache is null)
        {
            return;
        }

        var runs = new List<(int First, int Count, long Place)>();
        int found = 0;
        for (int i = 0; i < _files.Length; i++)
        {
            if (!cache.TryFind(_files[i].File.Path.AsSpan(Folder.Length), _files[i].File, out _records[i], out long place))
            {
                continue;
            }

            found++;
            if (_records[i].Outcome != PictureOutcome.Decoded)
            {
                continue;
            }

            (int first, int count, long start) = runs.Count > 0 ? runs[^1] : default;
            bool follows = count is > 0 and < PicturesARead && first + count == i && i % _pixels.PerBlock != 0 && place == start + ((long)count * _pixels.ImageBytes);
            if (follows)
            {
                runs[^1] = (first, count + 1, start);
            }
            else
            {
                runs.Add((i, 1, place));
            }
        }

        Parallel.For(0, runs.Count, new ParallelOptions { CancellationToken = cancellation }, run =>
        {
            (int first, int count, long place) = runs[run];
            bool isThere = cache.Read(place, _pixels[first, count]);
            for (int i = first; i < first + count; i++)
            {
                _records[i] = isThere && XxHash128.HashToUInt128(_pixels[i]) == _records[i].Hash ? _records[i] : default;
            }
        });
        _isCacheOfToday = Missing == 0 && found == cache.Count;
    }

    /// <summary>Decodes what is missing.</summary>
    /// <param name="done">Is told of each file, from several threads.</param>
    /// <param name="cancellation">Ends the work; what is decoded by then is kept in the cache.</param>
    /// <exception cref="OperationCanceledException">Cancellation was asked for.</exception>
    public void Decode(Action done, CancellationToken cancellation)
    {
        int[] missing = [.. Of(PictureOutcome.None)];
        try
        {
            Parallel.For(0, missing.Length, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
            {
                _records[missing[i]] = Decode(missing[i]);
                done();
            });
        }
        catch (OperationCanceledException)
        {
            WriteCache();
            throw;
        }
        catch (AggregateException errors)
        {
            ExceptionDispatchInfo.Throw(errors.InnerExceptions[0]);
        }
    }

    /// <summary>Keeps what is decoded in the cache, where it is not there already; returns why it cannot be kept, or null.</summary>
    public Exception? WriteCache()
    {
        if (_cachePath is null || _isCacheOfToday)
        {
            return null;
        }

        try
        {
            FileTreeEntry[] files = Array.ConvertAll(_files, file => file.File with { Path = file.File.Path[Folder.Length..] });
            PictureCache.Write(_cachePath, _key, files, _records, _pixels);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return error;
        }
    }

    /// <summary>Closes the gaps that files without pixels leave; nothing is read or kept from here on.</summary>
    public void Close()
    {
        int[] decoded = [.. Of(PictureOutcome.Decoded)];
        for (int i = 0; i < decoded.Length; i++)
        {
            if (decoded[i] != i)
            {
                _pixels[decoded[i]].CopyTo(_pixels[i]);
            }
        }

        Pictures = Array.ConvertAll(decoded, i => (_files[i].File.Path, _files[i].Class, _records[i].Hash));
    }

    /// <summary>The pictures as a set.</summary>
    /// <param name="label">The class of a picture, by its place among them.</param>
    public ImageSet Images(Func<int, int> label) =>
        _pixels.Take([.. Enumerable.Range(0, Pictures.Count).Select(label)]).WithNames(Pictures.Select(picture => picture.Path).ToArray());

    private IEnumerable<int> Of(PictureOutcome outcome) => Enumerable.Range(0, _files.Length).Where(i => _records[i].Outcome == outcome);

    private PictureRecord Decode(int index)
    {
        FileTreeEntry file = _files[index].File;
        string path = _tree.FullPath(file.Path);
        bool shouldBePicture = IsNamedAsPicture(file.Path);
        try
        {
            // What has no length may be a pipe, which would be waited for; what cannot be opened tells why by being opened.
            if (file.Length == 0 && FileSignature.Of(path).Kind != FileKind.Unreadable)
            {
                return shouldBePicture
                    ? new PictureRecord(PictureOutcome.Failed, 0, $"'{file.Path}' is empty")
                    : new PictureRecord(PictureOutcome.NoPicture, 0, "an empty file");
            }

            byte[] planes = PictureFile.Read(path, _settings.ImageSize, _settings.ImageSize, _settings.Fit, file.Path);
            planes.CopyTo(_pixels[index]);
            return new PictureRecord(PictureOutcome.Decoded, XxHash128.HashToUInt128(planes), "");
        }
        catch (PictureException error)
        {
            bool isPassing = error.InnerException is IOException or UnauthorizedAccessException;
            return shouldBePicture || error.Signature.Kind is FileKind.Picture or FileKind.OtherPicture or FileKind.Unreadable
                ? new PictureRecord(PictureOutcome.Failed, 0, error.Message) { IsPassing = isPassing }
                : new PictureRecord(PictureOutcome.NoPicture, 0, error.Signature.Description) { IsPassing = isPassing };
        }
    }
}
