using System.IO.Hashing;

namespace CifarFast.Engine.Formats.NumPy;

/// <summary>Reads one array from a stream: the header at once, the elements as they are asked for.</summary>
internal sealed class NpyReader
{
    private const int ChunkBytes = 1 << 16;

    private readonly Stream _stream;
    private readonly Crc32 _checksum = new();
    private long _headerBytes;

    /// <summary>Reads the header.</summary>
    /// <param name="stream">The array.</param>
    /// <param name="length">How many bytes it is said to have.</param>
    /// <exception cref="FormatException">It is not an array of plain numbers that has this length; the message says what it is.</exception>
    /// <exception cref="EndOfStreamException">It is cut short.</exception>
    public NpyReader(Stream stream, long length)
    {
        _stream = stream;
        Header = NpyHeader.Read(bytes =>
        {
            Fill(bytes.Span);
            _headerBytes += bytes.Length;
        });
        if (Header.DataBytes != length - _headerBytes)
        {
            throw new FormatException($"is {Header}: {Quantity.Of(Header.DataBytes, "byte")} behind its header, but {length - _headerBytes:N0} are there");
        }
    }

    /// <summary>Type, order and shape.</summary>
    public NpyHeader Header { get; }

    /// <summary>The checksum of all that was read, which the class library's reader of archives leaves unchecked.</summary>
    public uint Checksum => _checksum.GetCurrentHashAsUInt32();

    /// <summary>The elements, in the order of the file.</summary>
    /// <exception cref="EndOfStreamException">It is cut short.</exception>
    public IEnumerable<double> Elements()
    {
        int bytes = Header.Type.Bytes;
        byte[] chunk = new byte[Math.Min(ChunkBytes, Header.DataBytes)];
        for (long left = Header.DataBytes; left > 0;)
        {
            int count = (int)Math.Min(chunk.Length, left);
            Fill(chunk.AsSpan(0, count));
            left -= count;
            for (int at = 0; at < count; at += bytes)
            {
                yield return Header.Type.Decode(chunk.AsSpan(at, bytes));
            }
        }
    }

    private void Fill(Span<byte> bytes)
    {
        _stream.ReadExactly(bytes);
        _checksum.Append(bytes);
    }
}
