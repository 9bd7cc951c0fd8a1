using System.Buffers.Binary;
using System.IO.Hashing;

namespace CifarFast.Trainer.Reports;

/// <summary>A note in PNG pictures that tells what drew them, by which it knows them again.</summary>
internal static class PictureMark
{
    /// <summary>The signature and the first chunk, which is the header: what is next may be a note.</summary>
    private const int HeadBytes = 8 + 12 + 13;

    /// <summary>The chunk: a text under the keyword that the format has for it.</summary>
    private static readonly byte[] _mark = Chunk([.. "tEXt"u8, .. "Software\0CifarFast compare"u8]);

    /// <summary>A picture with the note in it.</summary>
    public static byte[] Add(ReadOnlySpan<byte> png) => [.. png[..HeadBytes], .. _mark, .. png[HeadBytes..]];

    /// <summary>Whether a file is a picture with the note in it.</summary>
    public static bool IsIn(Stream file)
    {
        byte[] start = new byte[HeadBytes + _mark.Length];
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.AsSpan(HeadBytes).SequenceEqual(_mark);
    }

    /// <summary>A chunk with its length in front and its checksum behind.</summary>
    private static byte[] Chunk(byte[] typeAndData)
    {
        byte[] chunk = new byte[typeAndData.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(chunk, typeAndData.Length - 4);
        typeAndData.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(4 + typeAndData.Length), Crc32.HashToUInt32(typeAndData));
        return chunk;
    }
}
