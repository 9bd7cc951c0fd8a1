using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using CifarFast.Engine.Files;
using Microsoft.Win32.SafeHandles;
using SkiaSharp;

namespace CifarFast.Trainer.Images;

/// <summary>
/// The decoded pictures of a folder from an earlier time, in a file of the user's cache: what was known of each file of the folder, with its
/// size and time, and then all pixels. A checksum is over the former, a hash of each picture's pixels in it. It is there in whole or not at
/// all, and whoever has it open keeps what was there. What is damaged, or of anything else, is as good as not there. Each start that uses one notes
/// that in its time of access; whoever writes one deletes those that were not used for long.
/// </summary>
internal sealed class PictureCache : IDisposable
{
    private const int ChecksumBytes = 16;

    /// <summary>What was not used for so long is deleted.</summary>
    private static readonly TimeSpan _kept = TimeSpan.FromDays(90);

    private readonly SafeFileHandle _file;
    private Dictionary<string, (FileTreeEntry File, PictureRecord Record, long Place)> _records = new(StringComparer.Ordinal);

    private PictureCache(SafeFileHandle file) => _file = file;

    /// <summary>How many files it knows of.</summary>
    public int Count => _records.Count;

    private static ReadOnlySpan<byte> Magic => "CFPICS01"u8;

    private static int HeaderBytes => Magic.Length + ChecksumBytes + sizeof(int);

    /// <summary>The file for a folder's pictures in one form; null where the user has no cache.</summary>
    /// <param name="directory">The user's cache, or null.</param>
    /// <param name="key">What <see cref="Key"/> says.</param>
    public static string? PathOf(string? directory, string key) =>
        directory is null ? null : Path.Combine(directory, "pictures", $"{XxHash128.HashToUInt128(Encoding.UTF8.GetBytes(key)):x32}.bin");

    /// <summary>All that decides what becomes of a folder's pictures, the decoder included.</summary>
    /// <param name="folder">The folder, behind all links.</param>
    /// <param name="form">The size and how pictures come to it.</param>
    public static string Key(string folder, string form) => $"{folder}\n{form}\nSkiaSharp {typeof(SKCodec).Assembly.GetName().Version}";

    /// <summary>Opens a cache, or returns null where there is none that can be used.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">What <see cref="Key"/> says.</param>
    /// <param name="imageBytes">Bytes of a picture.</param>
    public static PictureCache? Open(string path, string key, int imageBytes)
    {
        PictureCache? cache = null;
        try
        {
            cache = new PictureCache(File.OpenHandle(path));
            if (cache.TryReadRecords(key, imageBytes))
            {
                NoteUse(path);
                return cache;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException or ArgumentException)
        {
        }

        cache?.Dispose();
        return null;
    }

    /// <summary>Writes a cache, and deletes those beside it that were not used for long.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">What <see cref="Key"/> says.</param>
    /// <param name="files">The files of the folder.</param>
    /// <param name="records">What became of each; of what nothing is known, or may change, nothing is kept.</param>
    /// <param name="pixels">The pixels of each file.</param>
    /// <exception cref="IOException">It cannot be written: another process is at it, or there is no room.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Write(string path, string key, IReadOnlyList<FileTreeEntry> files, IReadOnlyList<PictureRecord> records, PictureBlocks pixels)
    {
        int[] kept = [.. Enumerable.Range(0, files.Count).Where(i => records[i] is { Outcome: not PictureOutcome.None, IsPassing: false })];
        byte[] directory = Directory(key, files, records, kept);
        byte[] header = new byte[HeaderBytes];
        Magic.CopyTo(header);
        XxHash128.Hash(directory, header.AsSpan(Magic.Length));
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(Magic.Length + ChecksumBytes), directory.Length);
        DeleteUnused(System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!));
        DurableFile.Write(path, file =>
        {
            file.Write(header);
            file.Write(directory);
            foreach (int i in kept.Where(i => records[i].Outcome == PictureOutcome.Decoded))
            {
                file.Write(pixels[i]);
            }
        });
    }

    /// <summary>What is known of a file, if it is the same as at that time.</summary>
    /// <param name="path">The file's path from the folder on.</param>
    /// <param name="file">Its length and time.</param>
    /// <param name="record">What became of it.</param>
    /// <param name="place">Where its pixels are, for <see cref="Read"/>.</param>
    public bool TryFind(ReadOnlySpan<char> path, FileTreeEntry file, out PictureRecord record, out long place)
    {
        bool isKnown = _records.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(path, out (FileTreeEntry File, PictureRecord Record, long Place) found)
            && (found.File.Length, found.File.Modified) == (file.Length, file.Modified);
        (record, place) = isKnown ? (found.Record, found.Place) : default;
        return isKnown;
    }

    /// <summary>Reads the pixels of one picture, or of several that follow each other.</summary>
    /// <returns>Whether all are there; what they are is for their hashes to say.</returns>
    public bool Read(long place, Span<byte> pixels)
    {
        try
        {
            return Fill(place, pixels);
        }
        catch (IOException)
        {
            return false;
        }
    }

    public void Dispose() => _file.Dispose();

    private static void NoteUse(string path)
    {
        try
        {
            File.SetLastAccessTimeUtc(path, DateTime.UtcNow);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Another user's, who alone deletes it.
        }
    }

    /// <summary>Deletes the caches that were not used for long, and what a process left of one that it could not finish.</summary>
    private static void DeleteUnused(DirectoryInfo caches)
    {
        DateTime since = DateTime.UtcNow - _kept;
        foreach (FileInfo file in caches.EnumerateFiles("*.bin*").Where(file => file.LastAccessTimeUtc < since && file.LastWriteTimeUtc < since))
        {
            try
            {
                file.Delete();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // In use, or another user's: that is no reason to go without a cache.
            }
        }
    }

    private static byte[] Directory(string key, IReadOnlyList<FileTreeEntry> files, IReadOnlyList<PictureRecord> records, int[] kept)
    {
        using var directory = new MemoryStream();
        using (var writer = new BinaryWriter(directory, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(key);
            writer.Write(kept.Length);
            foreach (int i in kept)
            {
                writer.Write(files[i].Path);
                writer.Write(files[i].Length);
                writer.Write(files[i].Modified);
                writer.Write((byte)records[i].Outcome);
                writer.Write((ulong)(records[i].Hash >> 64));
                writer.Write((ulong)records[i].Hash);
                writer.Write(records[i].Message);
            }
        }

        return directory.ToArray();
    }

    private bool TryReadRecords(string key, int imageBytes)
    {
        long length = RandomAccess.GetLength(_file);
        byte[] header = new byte[HeaderBytes];
        if (!Fill(0, header) || !header.AsSpan().StartsWith(Magic))
        {
            return false;
        }

        int directoryBytes = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(Magic.Length + ChecksumBytes));
        if (directoryBytes < 0 || directoryBytes > length - header.Length)
        {
            return false;
        }

        byte[] directory = new byte[directoryBytes];
        if (!Fill(header.Length, directory) || !XxHash128.Hash(directory).AsSpan().SequenceEqual(header.AsSpan(Magic.Length, ChecksumBytes)))
        {
            return false;
        }

        using var reader = new BinaryReader(new MemoryStream(directory), Encoding.UTF8);
        if (reader.ReadString() != key)
        {
            return false;
        }

        long place = header.Length + directory.Length;
        int count = reader.ReadInt32();
        _records = new(count, StringComparer.Ordinal);
        for (int i = 0; i < count; i++)
        {
            var file = new FileTreeEntry(reader.ReadString(), reader.ReadInt64(), reader.ReadInt64());
            var outcome = (PictureOutcome)reader.ReadByte();
            var record = new PictureRecord(outcome, new UInt128(reader.ReadUInt64(), reader.ReadUInt64()), reader.ReadString());
            _records[file.Path] = (file, record, place);
            place += outcome == PictureOutcome.Decoded ? imageBytes : 0;
        }

        return place == length;
    }

    private bool Fill(long offset, Span<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            int read = RandomAccess.Read(_file, bytes, offset);
            if (read == 0)
            {
                return false;
            }

            bytes = bytes[read..];
            offset += read;
        }

        return true;
    }
}
