using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace CifarFast.Engine.Tests.Formats.NumPy;

/// <summary>An entry of a zip archive (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT), made by hand, lies included.</summary>
internal sealed record ZipBytes(string Name, byte[] Content)
{
    private const int Zip64Mark = -1;

    public const ushort Stored = 0;
    public const ushort Deflated = 8;

    public ushort Method { get; init; }

    public ushort Flags { get; init; }

    /// <summary>What the archive claims the unpacked entry to have; null for the truth.</summary>
    public long? Length { get; init; }

    /// <summary>The checksum the archive claims; null for the right one.</summary>
    public uint? Checksum { get; init; }

    /// <summary>The bytes in the archive, where the method is not enough to tell.</summary>
    public byte[]? Packed { get; init; }

    /// <summary>Whether sizes are in the fields for archives beyond 4 GB.</summary>
    public bool Zip64 { get; init; }

    public static byte[] Archive(params IEnumerable<ZipBytes> entries)
    {
        var file = new MemoryStream();
        var directory = new MemoryStream();
        ushort count = 0;
        foreach (ZipBytes entry in entries)
        {
            entry.Write(file, directory);
            count++;
        }

        uint start = (uint)file.Length;
        file.Write(directory.ToArray());
        var writer = new BinaryWriter(file);
        writer.Write("PK\u0005\u0006"u8);
        writer.Write(0);
        writer.Write(count);
        writer.Write(count);
        writer.Write((uint)directory.Length);
        writer.Write(start);
        writer.Write((ushort)0);
        return file.ToArray();
    }

    public static byte[] Deflate(byte[] content)
    {
        var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal))
        {
            deflate.Write(content);
        }

        return packed.ToArray();
    }

    private void Write(MemoryStream file, MemoryStream directory)
    {
        byte[] packed = Packed ?? (Method == Deflated ? Deflate(Content) : Content);
        byte[] name = Encoding.UTF8.GetBytes(Name);
        uint offset = (uint)file.Length;
        var local = new BinaryWriter(file);
        local.Write("PK\u0003\u0004"u8);
        WriteCommon(local, packed.Length, name.Length);
        local.Write(name);
        WriteExtra(local, packed.Length);
        local.Write(packed);

        var central = new BinaryWriter(directory);
        central.Write("PK\u0001\u0002"u8);
        central.Write((ushort)45);
        WriteCommon(central, packed.Length, name.Length);
        central.Write((ushort)0);
        central.Write((ushort)0);
        central.Write((ushort)0);
        central.Write(0);
        central.Write(offset);
        central.Write(name);
        WriteExtra(central, packed.Length);
    }

    private void WriteCommon(BinaryWriter writer, int packedLength, int nameLength)
    {
        writer.Write((ushort)45);
        writer.Write(Flags);
        writer.Write(Method);
        writer.Write(0x00210000);
        writer.Write(Checksum ?? Crc32.HashToUInt32(Content));
        writer.Write(Zip64 ? Zip64Mark : packedLength);
        writer.Write(Zip64 ? Zip64Mark : (int)(Length ?? Content.Length));
        writer.Write((ushort)nameLength);
        writer.Write((ushort)(Zip64 ? 20 : 0));
    }

    private void WriteExtra(BinaryWriter writer, int packedLength)
    {
        if (Zip64)
        {
            writer.Write((ushort)1);
            writer.Write((ushort)16);
            writer.Write(Length ?? Content.Length);
            writer.Write((long)packedLength);
        }
    }
}
