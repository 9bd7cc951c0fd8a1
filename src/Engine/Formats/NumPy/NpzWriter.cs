using System.Buffers.Binary;
using System.IO.Compression;

namespace CifarFast.Engine.Formats.NumPy;

/// <summary>Writes an archive of NumPy arrays as <c>numpy.savez</c> does: entries in a row, not compressed.</summary>
internal sealed class NpzWriter(Stream file) : IDisposable
{
    private const int BufferBytes = 1 << 16;

    /// <summary>The time that NumPy gives all entries; with it, the same arrays are the same file.</summary>
    private static readonly DateTimeOffset _time = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ZipArchive _archive = new(file, ZipArchiveMode.Create, leaveOpen: true);

    /// <summary>Adds an array of 64-bit floats.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="shape">Its sizes, outermost first.</param>
    /// <param name="values">Its elements, row-major.</param>
    public void Add(string key, ReadOnlySpan<int> shape, IEnumerable<double> values)
    {
        using Stream entry = CreateEntry(key);
        NpyHeader.Write(entry, "<f8", shape);
        Span<byte> bytes = stackalloc byte[sizeof(double)];
        foreach (double value in values)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
            entry.Write(bytes);
        }
    }

    /// <summary>Adds a single whole number.</summary>
    public void Add(string key, long value)
    {
        using Stream entry = CreateEntry(key);
        NpyHeader.Write(entry, "<i8", []);
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        entry.Write(bytes);
    }

    /// <summary>Writes the directory of the archive.</summary>
    public void Dispose() => _archive.Dispose();

    private BufferedStream CreateEntry(string key)
    {
        ZipArchiveEntry entry = _archive.CreateEntry($"{key}.npy", CompressionLevel.NoCompression);
        entry.LastWriteTime = _time;
        return new BufferedStream(entry.Open(), BufferBytes);
    }
}
