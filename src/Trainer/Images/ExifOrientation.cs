using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using SkiaSharp;

namespace CifarFast.Trainer.Images;

/// <summary>
/// Finds how a camera was held where the decoder does not look: in PNG files, and in WebP files whose EXIF data are marked as those of
/// JPEG are. What a file claims is trusted no further than its bytes reach, and what makes no sense is passed over.
/// </summary>
internal static class ExifOrientation
{
    private const int PngHeaderBytes = 8;
    private const int PngChecksumBytes = 4;
    private const int WebpHeaderBytes = 12;

    /// <summary>Type and length.</summary>
    private const int ChunkHeaderBytes = 8;

    /// <summary>More chunks than a picture of a sensible size has; without a limit, a file of empty ones would take minutes.</summary>
    private const int MaxChunks = 1 << 20;

    /// <summary>Orientation stands at the start of EXIF data, before what may be long.</summary>
    private const int MaxExifBytes = 1 << 20;

    private const int DirectoryEntryBytes = 12;
    private const int OrientationTag = 0x112;

    /// <summary>The orientation that a picture's EXIF data tell, or that of an upright one.</summary>
    /// <param name="picture">The file, which can seek.</param>
    /// <param name="format">What it is.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static SKEncodedOrigin Find(Stream picture, SKEncodedImageFormat format)
    {
        if (format is not (SKEncodedImageFormat.Png or SKEncodedImageFormat.Webp))
        {
            return SKEncodedOrigin.Default;
        }

        bool isPng = format == SKEncodedImageFormat.Png;
        byte[] header = new byte[ChunkHeaderBytes];
        long next = isPng ? PngHeaderBytes : WebpHeaderBytes;
        for (int i = 0; i < MaxChunks && next <= picture.Length - header.Length; i++)
        {
            picture.Position = next;
            picture.ReadExactly(header);
            uint length = isPng ? BinaryPrimitives.ReadUInt32BigEndian(header) : BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(4));
            if (InChunk(picture, Encoding.ASCII.GetString(header, isPng ? 4 : 0, 4), length) is SKEncodedOrigin origin)
            {
                return origin;
            }

            // A chunk of WebP ends at an even place.
            next += header.Length + length + (isPng ? PngChecksumBytes : length % 2);
        }

        return SKEncodedOrigin.Default;
    }

    private static SKEncodedOrigin? InChunk(Stream picture, string type, uint length) => type switch
    {
        "eXIf" or "EXIF" => InExif(Read(picture, length)),
        "tEXt" or "zTXt" => InText(Read(picture, length)),
        _ => null,
    };

    private static byte[] Read(Stream content, long length)
    {
        byte[] bytes = new byte[Math.Min(length, MaxExifBytes)];
        return bytes[..content.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
    }

    /// <summary>
    /// In what programs wrote before PNG had a place for EXIF data: a text of that name, behind which stand a line with the data's kind, one with their
    /// length, and the data in hexadecimal digits. A compressed one has a zero between name and data.
    /// </summary>
    private static SKEncodedOrigin? InText(ReadOnlySpan<byte> chunk)
    {
        int end = chunk.IndexOf((byte)0);
        if (end < 0 || !(chunk[..end].SequenceEqual("Raw profile type exif"u8) || chunk[..end].SequenceEqual("Raw profile type APP1"u8)))
        {
            return null;
        }

        ReadOnlySpan<byte> text = chunk[(end + 1)..];
        try
        {
            string[] lines = Encoding.ASCII.GetString(text is [0, ..] ? Inflate(text[1..]) : text)
                .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return InExif(Convert.FromHexString(string.Concat(lines.Skip(2))));
        }
        catch (Exception error) when (error is FormatException or InvalidDataException)
        {
            return null;
        }
    }

    private static byte[] Inflate(ReadOnlySpan<byte> packed)
    {
        using var content = new ZLibStream(new MemoryStream(packed.ToArray()), CompressionMode.Decompress);
        return Read(content, MaxExifBytes);
    }

    /// <summary>In the first directory of EXIF data, which are laid out as a TIFF file.</summary>
    private static SKEncodedOrigin? InExif(ReadOnlySpan<byte> exif)
    {
        exif = exif.StartsWith("Exif\0\0"u8) ? exif[6..] : exif;
        bool isLittleEndian = exif.StartsWith("II*\0"u8);
        if ((!isLittleEndian && !exif.StartsWith("MM\0*"u8)) || exif.Length < 8)
        {
            return null;
        }

        uint offset = Number(exif[4..], sizeof(uint));
        if (offset > exif.Length - sizeof(ushort))
        {
            return null;
        }

        ReadOnlySpan<byte> entries = exif[((int)offset + sizeof(ushort))..];
        int count = (int)Math.Min(Number(exif[(int)offset..], sizeof(ushort)), (uint)(entries.Length / DirectoryEntryBytes));
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> entry = entries.Slice(i * DirectoryEntryBytes, DirectoryEntryBytes);
            if (Number(entry, sizeof(ushort)) == OrientationTag)
            {
                // The number has two bytes, but some programs write four.
                const uint Long = 4;
                uint value = Number(entry[8..], Number(entry[2..], sizeof(ushort)) == Long ? sizeof(uint) : sizeof(ushort));
                return value is >= (uint)SKEncodedOrigin.TopLeft and <= (uint)SKEncodedOrigin.LeftBottom ? (SKEncodedOrigin)value : null;
            }
        }

        return null;

        uint Number(ReadOnlySpan<byte> bytes, int size) => (size == sizeof(ushort), isLittleEndian) switch
        {
            (true, true) => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            (true, false) => BinaryPrimitives.ReadUInt16BigEndian(bytes),
            (false, true) => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            (false, false) => BinaryPrimitives.ReadUInt32BigEndian(bytes),
        };
    }
}
