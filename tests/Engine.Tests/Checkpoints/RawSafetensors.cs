using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace CifarFast.Engine.Tests.Checkpoints;

/// <summary>
/// A safetensors file as the text of its header and the bytes behind it, to be put together with whatever was done to either. It
/// shares no code with the engine.
/// </summary>
internal sealed record RawSafetensors(string Header, byte[] Data)
{
    private const int Digits = 64;

    public static RawSafetensors Of(byte[] file)
    {
        int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        return new RawSafetensors(Encoding.UTF8.GetString(file, 8, length), file[(8 + length)..]);
    }

    /// <summary>The file with the right length in front and the right checksum, where it has one.</summary>
    public byte[] ToBytes() => Join(Encoding.UTF8.GetBytes(Header), Data);

    /// <summary>A file of a header that need not even be text.</summary>
    public static byte[] Join(ReadOnlySpan<byte> header, ReadOnlySpan<byte> data)
    {
        byte[] file = new byte[8 + header.Length + data.Length];
        BinaryPrimitives.WriteInt64LittleEndian(file, header.Length);
        header.CopyTo(file.AsSpan(8));
        data.CopyTo(file.AsSpan(8 + header.Length));
        Seal(file);
        return file;
    }

    /// <summary>Puts the checksum right, as far as there is still a place for it.</summary>
    public static void Seal(Span<byte> file)
    {
        ReadOnlySpan<byte> key = "\"checksum\":\"sha256:"u8;
        int place = file.IndexOf(key);
        if (place < 0 || place + key.Length + Digits > file.Length)
        {
            return;
        }

        Span<byte> digits = file.Slice(place + key.Length, Digits);
        digits.Fill((byte)'0');
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(file)), digits);
    }
}
