using System.Buffers.Binary;
using SkiaSharp;

namespace CifarFast.Trainer.Tests.Images;

/// <summary>Writes folders of small drawn pictures, which a network can tell apart by their classes: the class decides the colour of stripes, the number all else.</summary>
internal sealed class PictureTree(string folder)
{
    /// <summary>Formats that pictures are written in.</summary>
    public static IReadOnlyList<string> Formats { get; } = ["png", "jpg", "webp", "bmp", "gif"];

    /// <summary>The folder.</summary>
    public string Folder { get; } = folder;

    /// <summary>Writes a picture whose format its name tells, and returns its path.</summary>
    public string Draw(string path, int kind, int number, int width = 40, int height = 36)
    {
        SKColor Colour(int x, int y)
        {
            byte stripe = (byte)((((kind % 2 == 0 ? x : y) + number) / 4 % 2 * 60) + (number * 7 % 40));
            return (kind % 3) switch
            {
                0 => new SKColor(200, stripe, stripe),
                1 => new SKColor(stripe, 200, stripe),
                _ => new SKColor(stripe, stripe, 200),
            };
        }

        return Write(path, Encode(Path.GetExtension(path)[1..], width, height, Colour));
    }

    /// <summary>Writes a PNG of the given planes: red, green and blue, row by row.</summary>
    public string WritePng(string path, ReadOnlySpan<byte> planes, int width, int height)
    {
        byte[] pixels = planes.ToArray();
        int plane = width * height;
        return Write(path, Encode("png", width, height, (x, y) => new SKColor(pixels[(y * width) + x], pixels[plane + (y * width) + x], pixels[(2 * plane) + (y * width) + x])));
    }

    /// <summary>Writes a file.</summary>
    public string Write(string path, ReadOnlySpan<byte> content)
    {
        string file = Path.Combine(Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, content);
        return file;
    }

    /// <summary>A picture in a format.</summary>
    public static byte[] Encode(string format, int width, int height, Func<int, int, SKColor> colour)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        bitmap.Pixels = [.. Enumerable.Range(0, width * height).Select(i => colour(i % width, i / width))];
        using SKPixmap pixmap = bitmap.PeekPixels()!;
        switch (format)
        {
            case "bmp":
                return Bmp(bitmap);
            case "gif":
                return Gif(bitmap);
            default:
                using (SKData data = format switch
                {
                    "jpg" => pixmap.Encode(new SKJpegEncoderOptions(quality: 95))!,
                    "webp" => pixmap.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, quality: 50))!,
                    _ => pixmap.Encode(SKPngEncoderOptions.Default)!,
                })
                {
                    return data.ToArray();
                }
        }
    }

    /// <summary>24 bits a pixel, from the last row to the first, each row of a multiple of four bytes.</summary>
    private static byte[] Bmp(SKBitmap bitmap)
    {
        int rowBytes = ((bitmap.Width * 3) + 3) / 4 * 4;
        byte[] file = new byte[54 + (rowBytes * bitmap.Height)];
        "BM"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), file.Length);
        file[10] = 54;
        file[14] = 40;
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), bitmap.Width);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), bitmap.Height);
        file[26] = 1;
        file[28] = 24;
        for (int y = 0; y < bitmap.Height; y++)
        {
            for (int x = 0; x < bitmap.Width; x++)
            {
                SKColor colour = bitmap.GetPixel(x, bitmap.Height - 1 - y);
                (byte, byte, byte) pixel = (colour.Blue, colour.Green, colour.Red);
                (file[54 + (y * rowBytes) + (x * 3)], file[55 + (y * rowBytes) + (x * 3)], file[56 + (y * rowBytes) + (x * 3)]) = pixel;
            }
        }

        return file;
    }

    /// <summary>A palette of 4×8×4 colours, and codes that are never put together.</summary>
    private static byte[] Gif(SKBitmap bitmap)
    {
        const byte clear = 128;
        const byte end = 129;
        byte[] size = new byte[4];
        BinaryPrimitives.WriteUInt16LittleEndian(size, (ushort)bitmap.Width);
        BinaryPrimitives.WriteUInt16LittleEndian(size.AsSpan(2), (ushort)bitmap.Height);
        byte[] palette = [.. Enumerable.Range(0, 128).SelectMany(i => new[] { (byte)((i >> 5) * 85), (byte)((i >> 2) % 8 * 36), (byte)(i % 4 * 85) })];
        byte[] codes =
        [
            .. bitmap.Pixels.Chunk(100).SelectMany(chunk => chunk.Select(colour => (byte)((colour.Red / 64 * 32) + (colour.Green / 32 * 4) + (colour.Blue / 64))).Prepend(clear)),
            end,
        ];
        return
        [
            .. "GIF89a"u8, .. size, 0xF6, 0, 0, .. palette,
            (byte)',', 0, 0, 0, 0, .. size, 0, 7,
            .. codes.Chunk(200).SelectMany(chunk => chunk.Prepend((byte)chunk.Length)), 0,
            (byte)';',
        ];
    }
}
