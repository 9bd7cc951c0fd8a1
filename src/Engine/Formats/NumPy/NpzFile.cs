using System.IO.Compression;
using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Files;

namespace CifarFast.Engine.Formats.NumPy;

/// <summary>
/// An archive of NumPy arrays (https://numpy.org/doc/stable/reference/generated/numpy.savez.html): a zip file with an entry
/// <c>key.npy</c> for each array. Nothing in it is trusted: only the entries asked for are unpacked, each only as far as its
/// header goes before what the header says is judged, and never beyond that.
/// </summary>
internal sealed class NpzFile : IDisposable
{
    private const string Extension = ".npy";

    /// <summary>Far beyond any checkpoint; they bound what the directory of the archive can make us allocate.</summary>
    private const int MaxDirectoryBytes = 1 << 20;
    private const int MaxEntries = 1_000;

    private readonly ZipArchive _archive;
    private readonly Dictionary<string, ZipArchiveEntry> _entries = [];

    private NpzFile(string name, RationedStream stream)
    {
        Name = name;
        stream.Ration = MaxDirectoryBytes;
        _archive = new ZipArchive(stream, ZipArchiveMode.Read);
        foreach (ZipArchiveEntry entry in _archive.Entries)
        {
            if (_entries.Count == MaxEntries)
            {
                throw new FormatException($"it has more than {MaxEntries:N0} entries");
            }

            if (!_entries.TryAdd(entry.FullName, entry))
            {
                throw new FormatException($"it has '{SafetensorsHeader.Printable(entry.FullName)}' twice");
            }
        }

        stream.Ration = long.MaxValue;
    }

    /// <summary>What messages call it.</summary>
    public string Name { get; }

    /// <summary>The names of the arrays, in the order of the archive.</summary>
    public IEnumerable<string> Keys =>
        _archive.Entries.Select(entry => entry.FullName).Where(name => name.EndsWith(Extension, StringComparison.Ordinal)).Select(name => name[..^Extension.Length]);

    /// <summary>Whether a file begins as an archive of arrays may: also with something else than an array.</summary>
    public static bool IsArchive(string path) => FileSignature.Of(path).Kind is FileKind.Npz or FileKind.Zip;

    /// <summary>Opens an archive and reads its directory.</summary>
    /// <exception cref="CheckpointException">It is missing, cannot be read, or is no whole and sound archive.</exception>
    public static NpzFile Open(string path) =>
        Open(path, () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));

    /// <summary>Opens an archive and reads its directory.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="open">Opens the file, which can seek.</param>
    /// <exception cref="CheckpointException">It is missing, cannot be read, or is no whole and sound archive.</exception>
    public static NpzFile Open(string name, Func<Stream> open) => Guard(
        () =>
        {
            var stream = new RationedStream(open());
            try
            {
                return new NpzFile(name, stream);
            }
            catch
            {
                stream.Dispose();
                throw;
            }
        },
        name,
        error => $"{name} is damaged, or no .npz file: {error.Message}");

    /// <summary>Whether there is an array called <paramref name="key"/>.</summary>
    public bool Has(string key) => _entries.ContainsKey(key + Extension);

    /// <summary>The header of an array, or null where it is damaged or of something else than plain numbers.</summary>
    /// <exception cref="CheckpointException">The file can no longer be read.</exception>
    public NpyHeader? FindHeader(string key) => Guard(() => FindHeader(_entries[key + Extension]), Name, error => $"{Name}: {error.Message}");

    /// <summary>Reads an array.</summary>
    /// <typeparam name="T">What is made of it.</typeparam>
    /// <param name="key">An array that is there.</param>
    /// <param name="take">
    /// Judges the header, then takes all elements; a <see cref="FormatException"/> from it says, as the predicate of a sentence
    /// about the array, why it will not.
    /// </param>
    /// <exception cref="CheckpointException">It is damaged, or refused.</exception>
    public T Read<T>(string key, Func<NpyReader, T> take) =>
        Guard(() => Read(_entries[key + Extension], take), Name, error => $"{Name}: {SafetensorsHeader.Printable(key)} {error.Message}");

    /// <summary>Closes the file.</summary>
    public void Dispose() => _archive.Dispose();

    private static T Read<T>(ZipArchiveEntry entry, Func<NpyReader, T> take)
    {
        try
        {
            using Stream stream = OpenEntry(entry);
            var reader = new NpyReader(stream, entry.Length);
            T taken = take(reader);
            if (stream.ReadByte() >= 0)
            {
                throw new FormatException($"is longer than the {Quantity.Of(entry.Length, "byte")} that the archive claims");
            }

            return reader.Checksum == entry.Crc32 ? taken : throw new FormatException("is damaged: its checksum does not fit its content");
        }
        catch (EndOfStreamException error)
        {
            throw new FormatException($"is cut short: it has not the {Quantity.Of(entry.Length, "byte")} that the archive claims", error);
        }
        catch (InvalidDataException error)
        {
            throw new FormatException($"is damaged, or packed in an unknown way: {error.Message}", error);
        }
    }

    private static NpyHeader? FindHeader(ZipArchiveEntry entry)
    {
        try
        {
            using Stream stream = OpenEntry(entry);
            return new NpyReader(stream, entry.Length).Header;
        }
        catch (Exception error) when (error is FormatException or InvalidDataException or EndOfStreamException)
        {
            return null;
        }
    }

    private static Stream OpenEntry(ZipArchiveEntry entry) =>
        entry.IsEncrypted ? throw new FormatException("is encrypted, and cannot be read") : entry.Open();

    /// <summary>Turns what may go wrong with a file into one kind of error.</summary>
    private static T Guard<T>(Func<T> action, string name, Func<Exception, string> fault)
    {
        try
        {
            return action();
        }
        catch (Exception error) when (error is FormatException or InvalidDataException or EndOfStreamException)
        {
            throw new CheckpointException(fault(error), error);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CheckpointException($"{name} does not exist", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new CheckpointException($"{name} cannot be read: {error.Message}", error);
        }
    }
}
