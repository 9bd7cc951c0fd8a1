using System.Formats.Tar;
using CifarFast.Engine.Files;

namespace CifarFast.Engine.Data;

/// <summary>
/// Walks through an archive of CIFAR-10 or CIFAR-100. Entries are known by their file names alone and never say where anything is written,
/// so no path in an archive can lead out of its directory; and a limit on what is unpacked keeps a hostile one from filling memory or disk.
/// </summary>
internal static class CifarArchive
{
    /// <summary>Either official archive unpacks to 184 MB.</summary>
    private const long MaxUnpackedBytes = 256L << 20;

    /// <summary>Calls <paramref name="visit"/> with name, content and length of each file of the set in the archive; skips all others.</summary>
    /// <exception cref="DataException">The file is no such archive, is damaged, or unpacks to far too much.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void Visit(CifarFormat format, string path, Action<string, Stream, long> visit, CancellationToken cancellation)
    {
        using FileStream file = Open(path);
        if (!file.CanSeek)
        {
            throw new DataException($"{path} is no file but a pipe or device: save the archive first and give the file");
        }

        // Browsers may unpack the outer layer of a download by themselves, so a bare tar file is as good.
        var signature = FileSignature.Of(file);
        if (signature.Kind is not (FileKind.Gzip or FileKind.Tar))
        {
            string remedy = signature.Remedy is string toDo ? $"; {toDo}" : "";
            throw new DataException($"{path} is {signature.Description}: expected the archive {format.ArchiveName} or a directory with its files{remedy}");
        }

        using Stream tar = GzipFile.Unpacked(file, signature.Kind);
        using var bounded = new BoundedStream(tar, MaxUnpackedBytes, cancellation);
        try
        {
            VisitEntries(format, path, bounded, visit);
        }
        catch (Exception exception) when (IsDamage(exception))
        {
            if (KnownSet.Of(Path.GetFileName(path)) is KnownSet other && other.Kind != format.Kind)
            {
                throw format.Mistaken(path, other);
            }

            string what = bounded.IsExhausted
                ? $"unpacks to more than {MaxUnpackedBytes >> 20} MB, which {format.Title} does not"
                : "is cut short or damaged";
            throw new DataException($"{path} {what}: expected {format.ArchiveName}, get it again", exception);
        }
    }

    /// <summary>
    /// The set that an archive is of, by the first file in it that is known; null where there is none, or the archive cannot be read: those who
    /// read it say why.
    /// </summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static KnownSet? Recognise(string path)
    {
        using FileStream file = Open(path);
        FileKind kind = file.CanSeek ? FileSignature.Of(file).Kind : FileKind.Unknown;
        if (kind is not (FileKind.Gzip or FileKind.Tar))
        {
            return null;
        }

        using Stream tar = GzipFile.Unpacked(file, kind);
        using var bounded = new BoundedStream(tar, MaxUnpackedBytes, CancellationToken.None);
        try
        {
            using var reader = new TarReader(bounded, leaveOpen: true);
            while (reader.GetNextEntry() is { } entry)
            {
                if (FileNameOf(entry) is string name && KnownSet.Of(name) is KnownSet known)
                {
                    return known;
                }
            }
        }
        catch (Exception exception) when (IsDamage(exception))
        {
            // Said by those who read it.
        }

        return null;
    }

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);

    /// <summary>The name of an entry without its directories; null where it is no file.</summary>
    private static string? FileNameOf(TarEntry entry) =>
        entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile ? entry.Name[(entry.Name.LastIndexOf('/') + 1)..] : null;

    private static void VisitEntries(CifarFormat format, string path, BoundedStream tar, Action<string, Stream, long> visit)
    {
        bool found = false;
        KnownSet? other = null;
        using (var reader = new TarReader(tar, leaveOpen: true))
        {
            while (reader.GetNextEntry() is { } entry)
            {
                if (FileNameOf(entry) is not string name)
                {
                    continue;
                }

                if (format.IsExpected(name))
                {
                    found = true;
                    visit(name, entry.DataStream ?? Stream.Null, entry.Length);
                }
                else
                {
                    other ??= KnownSet.Of(name);
                }
            }
        }

        // The checksum of a gzip file stands behind its last byte: only reading on to there compares it.
        tar.CopyTo(Stream.Null);

        if (!found && other is not null)
        {
            throw format.Mistaken(path, other);
        }
    }

    /// <summary>What the readers of the formats throw at bytes that make no sense; the disk's own errors are not among them.</summary>
    private static bool IsDamage(Exception exception) =>
        exception is InvalidDataException or EndOfStreamException or FormatException or InvalidOperationException
            or ArgumentException or OverflowException or OutOfMemoryException;
}
