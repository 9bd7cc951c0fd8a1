using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using CifarFast.Engine.Tests.Data;
using CifarFast.Trainer.Images;
using SkiaSharp;

namespace CifarFast.Trainer.Tests.Images;

/// <summary>
/// All eight ways to hold a camera, told from each other by four corners of different brightness, in all places where formats keep
/// them.
/// </summary>
public sealed class OrientationTests : IDisposable
{
    private const int Side = 32;

    /// <summary>The corners as they come out, for each orientation from 1 on.</summary>
    private static readonly string[] _corners = ["0123", "1032", "3210", "2301", "0213", "2031", "3120", "1302"];

    private static readonly Dictionary<string, Func<byte[], byte[]>> _places = new()
    {
        ["JPEG"] = exif => Jpeg(Segment([.. "Exif\0\0"u8, .. exif])),
        ["JPEG, behind XMP"] = exif => Jpeg([.. Segment([.. "http://ns.adobe.com/xap/1.0/\0<x/>"u8]), .. Segment([.. "Exif\0\0"u8, .. exif])]),
        ["PNG, before the pixels"] = exif => Png(Chunk("eXIf", exif), isBehind: false),
        ["PNG, behind the pixels"] = exif => Png(Chunk("eXIf", exif), isBehind: true),
        ["PNG, marked as in JPEG"] = exif => Png(Chunk("eXIf", [.. "Exif\0\0"u8, .. exif]), isBehind: false),
        ["PNG, as text"] = exif => Png(Chunk("tEXt", [.. "Raw profile type exif\0"u8, .. Digits(exif)]), isBehind: false),
        ["PNG, as packed text"] = exif => Png(Chunk("zTXt", [.. "Raw profile type APP1\0\0"u8, .. Pack(Digits(exif))]), isBehind: true),
        ["WebP"] = Webp,
        ["WebP, marked as in JPEG"] = exif => Webp([.. "Exif\0\0"u8, .. exif]),
    };

    private readonly TemporaryDirectory _temporary = new();

    public static TheoryData<string> Places => [.. _places.Keys];

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [MemberData(nameof(Places))]
    public void Pictures_are_turned_upright(string place)
    {
        for (int orientation = 1; orientation <= _corners.Length; orientation++)
        {
            foreach (bool isLittleEndian in new[] { false, true })
            {
                byte[] picture = _places[place](Exif(orientation, isLittleEndian));
                Assert.Equal(_corners[orientation - 1], Corners(picture));
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(255)]
    public void An_orientation_that_there_is_not_is_passed_over(int orientation) =>
        Assert.Equal(_corners[0], Corners(Png(Chunk("eXIf", Exif(orientation, isLittleEndian: true)), isBehind: false)));

    [Fact]
    public void A_long_number_is_read()
    {
        byte[] exif = [.. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 4, 0, 1, 0, 0, 0, 6, 0, 0, 0];
        Assert.Equal(_corners[5], Corners(Png(Chunk("eXIf", exif), isBehind: false)));
    }

    /// <summary>Whatever the data claim, the picture is read, turned or not.</summary>
    [Theory]
    [InlineData("PNG, before the pixels")]
    [InlineData("PNG, as text")]
    [InlineData("PNG, as packed text")]
    [InlineData("WebP, marked as in JPEG")]
    public void Data_that_make_no_sense_do_no_harm(string place)
    {
        byte[] exif = Exif(6, isLittleEndian: true);
        for (int i = 0; i < exif.Length; i++)
        {
            Assert.Contains(Corners(_places[place](exif[..i])), _corners);
            foreach (byte value in new byte[] { 0, 1, 0x7F, 0x80, 0xFF })
            {
                byte[] changed = [.. exif];
                changed[i] = value;
                Assert.Contains(Corners(_places[place](changed)), _corners);
            }
        }
    }

    [Theory]
    [InlineData("Raw profile type exif\0\nexif\n 9\nxyz")]
    [InlineData("Raw profile type exif\0\nexif\n")]
    [InlineData("Raw profile type exif\0")]
    [InlineData("Raw profile type exif\0\0packed in no way")]
    [InlineData("Raw profile type exif")]
    [InlineData("Comment\0turned by 90 degrees")]
    [InlineData("")]
    public void Texts_that_make_no_sense_do_no_harm(string text) =>
        Assert.Equal(_corners[0], Corners(Png(Chunk("tEXt", Encoding.ASCII.GetBytes(text)), isBehind: true)));

    /// <summary>Lengths far beyond the file.</summary>
    [Theory]
    [InlineData(0x7FFF_FFFFu)]
    [InlineData(0xFFFF_FFFFu)]
    public void Chunks_that_claim_to_be_long_do_no_harm(uint length)
    {
        byte[] chunk = Chunk("eXIf", Exif(1, isLittleEndian: true));
        BinaryPrimitives.WriteUInt32BigEndian(chunk, length);
        byte[] png = Png(chunk, isBehind: true);
        using var file = new MemoryStream(png);
        Assert.Equal(SKEncodedOrigin.TopLeft, ExifOrientation.Find(file, SKEncodedImageFormat.Png));

        byte[] webp = Webp(Exif(1, isLittleEndian: true));
        BinaryPrimitives.WriteUInt32LittleEndian(webp.AsSpan(webp.AsSpan().IndexOf("EXIF"u8) + 4), length);
        using var other = new MemoryStream(webp);
        Assert.Equal(SKEncodedOrigin.TopLeft, ExifOrientation.Find(other, SKEncodedImageFormat.Webp));
    }

    private static byte[] Exif(int orientation, bool isLittleEndian) => isLittleEndian
        ? [.. "II*\0"u8, 8, 0, 0, 0, 2, 0, 0x0F, 0x01, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, (byte)orientation, 0, 0, 0, 0, 0, 0, 0]
        : [.. "MM\0*"u8, 0, 0, 0, 8, 0, 2, 0x01, 0x0F, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0];

    private string Corners(byte[] picture)
    {
        string file = _temporary.Below("picture");
        File.WriteAllBytes(file, picture);
        byte[] pixels = PictureFile.Read(file, Side, Side);
        int[] places = [(8 * Side) + 8, (8 * Side) + 24, (24 * Side) + 8, (24 * Side) + 24];
        return string.Concat(places.Select(place => (int)Math.Round(pixels[place] / 80.0)));
    }

    private static SKBitmap Draw() => new(new SKImageInfo(2 * Side, 2 * Side, SKColorType.Rgba8888, SKAlphaType.Opaque))
    {
        Pixels = [.. Enumerable.Range(0, 4 * Side * Side).Select(i => (byte)(80 * ((i / (2 * Side) / Side * 2) + (i % (2 * Side) / Side)))).Select(level => new SKColor(level, level, level))],
    };

    private static byte[] Jpeg(byte[] segments)
    {
        using SKBitmap bitmap = Draw();
        byte[] file = bitmap.PeekPixels().Encode(new SKJpegEncoderOptions(quality: 100))!.ToArray();
        return [.. file[..2], .. segments, .. file[2..]];
    }

    private static byte[] Segment(byte[] content)
    {
        byte[] segment = [0xFF, 0xE1, 0, 0, .. content];
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), (ushort)(content.Length + 2));
        return segment;
    }

    private static byte[] Png(byte[] chunk, bool isBehind)
    {
        using SKBitmap bitmap = Draw();
        byte[] file = bitmap.PeekPixels().Encode(SKPngEncoderOptions.Default)!.ToArray();

        // The type of a chunk comes behind its length.
        int place = file.AsSpan().IndexOf(isBehind ? "IEND"u8 : "IDAT"u8) - 4;
        return [.. file[..place], .. chunk, .. file[place..]];
    }

    private static byte[] Chunk(string type, byte[] content)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(type), .. content];
        byte[] numbers = new byte[2 * sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(numbers, (uint)content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(numbers.AsSpan(sizeof(uint)), Crc32.HashToUInt32(named));
        return [.. numbers[..sizeof(uint)], .. named, .. numbers[sizeof(uint)..]];
    }

    /// <summary>As ImageMagick writes them.</summary>
    private static byte[] Digits(byte[] exif)
    {
        byte[] marked = [.. "Exif\0\0"u8, .. exif];
        string digits = Convert.ToHexStringLower(marked);
        return Encoding.ASCII.GetBytes($"\nexif\n{marked.Length,8}\n{string.Join('\n', digits.Chunk(72).Select(line => new string(line)))}\n");
    }

    private static byte[] Pack(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var stream = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            stream.Write(content);
        }

        return packed.ToArray();
    }

    /// <summary>EXIF data stand behind the pixels, and a chunk before these says that they do.</summary>
    private static byte[] Webp(byte[] exif)
    {
        const byte HasExif = 8;
        using SKBitmap bitmap = Draw();
        byte[] file = bitmap.PeekPixels().Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, quality: 50))!.ToArray();
        byte[] length = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)exif.Length);
        byte[] webp =
        [
            .. file[..12],
            .. "VP8X"u8, 10, 0, 0, 0, HasExif, 0, 0, 0, (2 * Side) - 1, 0, 0, (2 * Side) - 1, 0, 0,
            .. file[12..],
            .. "EXIF"u8, .. length, .. exif, .. new byte[exif.Length % 2],
        ];
        BinaryPrimitives.WriteUInt32LittleEndian(webp.AsSpan(4), (uint)webp.Length - 8);
        return webp;
    }
}
