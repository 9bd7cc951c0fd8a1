using System.Formats.Tar;
using System.IO.Compression;
using CifarFast.Engine.Files;

namespace CifarFast.Engine.Data;

/// <summary>
/// Walks through an archive of CIFAR-10. Entries are known by their file names alone and never say where anything is written,
/// so no path in an archive can lead out of its directory; and a limit on what is unpacked keeps a hostile one from filling memory or disk.
/// </summary>
internal static class Cifar10Archive
{
    /// <summary>The official archive unpacks to 184 MB.</summary>
    private const long MaxUnpackedBytes = 256L << 20;

    /// <summary>Calls <paramref name="visit"/> with name, content and length of each file of CIFAR-10 in the archive; skips all others.</summary>
    /// <exception cref="DataException">The file is no such archive, is damaged, or unpacks to far too much.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void Visit(string path, Action<string, Stream, long> visit, CancellationToken cancellation)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        if (!file.CanSeek)
        {
            throw new DataException($"{path} is no file but a pipe or device: save the archive first and give the file");
        }

        var signature = FileSignature.Of(file);
        if (signature.Kind is not (FileKind.Gzip or FileKind.Tar))
        {
            string remedy = signature.Remedy is string toDo ? $"; {toDo}" : "";
            throw new DataException($"{path} is {signature.Description}: expected the archive {Cifar10Files.ArchiveName} or a directory with its files{remedy}");
        }

        // Browsers may unpack the outer layer of a download by themselves, so a bare tar file is as good.
        using Stream tar = signature.Kind == FileKind.Gzip ? new GZipStream(file, CompressionMode.Decompress, leaveOpen: true) : file;
        using var bounded = new BoundedStream(tar, MaxUnpackedBytes, cancellation);
        try
        {
            VisitEntries(path, bounded, visit);
        }
        catch (Exception exception) when (IsDamage(exception))
        {
            if (Cifar10Files.RecogniseOther(Path.GetFileName(path)) is string other)
            {
                throw Cifar10Files.Mistaken(path, other);
            }

            string what = bounded.IsExhausted
                ? $"unpacks to more than {MaxUnpackedBytes >> 20} MB, which CIFAR-10 does not"
                : "is cut short or damaged";
            throw new DataException($"{path} {what}: expected {Cifar10Files.ArchiveName}, get it again", exception);
        }
    }

    private static void VisitEntries(string path, BoundedStream tar, Action<string, Stream, long> visit)
    {
        bool found = false;
        string? other = null;
        using (var reader = new TarReader(tar, leaveOpen: true))
        {
            while (reader.GetNextEntry() is { } entry)
            {
                if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
                {
                    continue;
                }

                string name = entry.Name[(entry.Name.LastIndexOf('/') + 1)..];
                if (Cifar10Files.IsExpected(name))
                {
                    found = true;
                    visit(name, entry.DataStream ?? Stream.Null, entry.Length);
                }
                else
                {
                    other ??= Cifar10Files.RecogniseOther(name);
                }
            }
        }

        // The checksum of a gzip file stands behind its last byte: only reading on to there compares it.
        tar.CopyTo(Stream.Null);

        if (!found && other is not null)
        {
            throw Cifar10Files.Mistaken(path, other);
        }
    }

    /// <summary>What the readers of the formats throw at bytes that make no sense; the disk's own errors are not among them.</summary>
    private static bool IsDamage(Exception exception) =>
        exception is InvalidDataException or EndOfStreamException or FormatException or InvalidOperationException
            or ArgumentException or OverflowException or OutOfMemoryException;
}
