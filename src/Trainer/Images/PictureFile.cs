using CifarFast.Engine.Files;
using CifarFast.Trainer.Runs;
using SkiaSharp;

namespace CifarFast.Trainer.Images;

/// <summary>
/// Reads a picture as a network takes it: upright, in sRGB, over white where it is transparent, cut to its middle and resized. A
/// picture that has the size already comes through byte by byte. What a file claims is judged before memory is taken for it.
/// </summary>
internal static class PictureFile
{
    /// <summary>What is read.</summary>
    public const string Formats = "PNG, JPEG, BMP, WebP and GIF";

    private const int Channels = 3;
    private const int BytesPerPixel = 4;

    /// <summary>More than the pixels that may be decoded take without any compression.</summary>
    private const long MaxFileBytes = 512 << 20;

    /// <summary>A progressive JPEG is kept whole, at up to six bytes a pixel, however small it is to come out.</summary>
    private const long MaxPixels = 250_000_000;

    /// <summary>Four bytes of memory each.</summary>
    private const long MaxDecodedPixels = 100_000_000;

    /// <summary>How many times the size of the network's input a picture is decoded at, where its format can be decoded smaller than it is.</summary>
    private const int Oversampling = 8;

    /// <summary>Reads the file <paramref name="path"/>.</summary>
    /// <param name="path">The file; a pipe is waited for.</param>
    /// <param name="width">Pixels a row that the network takes.</param>
    /// <param name="height">Rows that the network takes.</param>
    /// <returns>Its bytes: red, green and blue, plane by plane and row by row.</returns>
    /// <exception cref="PictureException">It is missing, no picture, damaged, or too large.</exception>
    public static byte[] Read(string path, int width, int height)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            return Read(path, file, width, height);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new PictureException($"'{path}' does not exist", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new PictureException($"'{path}' cannot be read: {Reason.Of(error)}", error);
        }
    }

    /// <summary>Reads a picture to its end.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="content">A file, or a pipe.</param>
    /// <param name="width">Pixels a row that the network takes.</param>
    /// <param name="height">Rows that the network takes.</param>
    /// <returns>Its bytes: red, green and blue, plane by plane and row by row.</returns>
    /// <exception cref="PictureException">It is no picture, damaged, or too large.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static byte[] Read(string name, Stream content, int width, int height)
    {
        // Neither pipes nor devices have a length.
        using Stream picture = content is FileStream { CanSeek: true, Length: > 0 } ? content : ReadToEnd(name, content);
        CheckLength(name, picture.Length);
        using SKCodec codec = CodecOf(picture) ?? throw NoPicture(name, picture);
        using SKBitmap bitmap = Decode(name, codec, Math.Max(width, height));
        SKEncodedOrigin origin = codec.EncodedOrigin == SKEncodedOrigin.Default ? ExifOrientation.Find(picture, codec.EncodedFormat) : codec.EncodedOrigin;
        (int storedWidth, int storedHeight) = Orientation.SwapsSides(origin) ? (height, width) : (width, height);
        float[] pixels = Resize(bitmap, storedWidth, storedHeight);
        byte[] planes = new byte[Channels * height * width];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                (int storedX, int storedY) = Orientation.Stored(origin, x, y, width, height);
                for (int c = 0; c < Channels; c++)
                {
                    // The cubic swings over a little at hard edges.
                    float value = Math.Clamp(pixels[(((storedY * storedWidth) + storedX) * Channels) + c], byte.MinValue, byte.MaxValue);
                    planes[(((c * height) + y) * width) + x] = (byte)MathF.Round(value);
                }
            }
        }

        return planes;
    }

    private static MemoryStream ReadToEnd(string name, Stream content)
    {
        var picture = new MemoryStream();
        byte[] piece = new byte[1 << 16];
        for (int length = content.Read(piece); length > 0; length = content.Read(piece))
        {
            picture.Write(piece, 0, length);
            CheckLength(name, picture.Length);
        }

        picture.Position = 0;
        return picture;
    }

    private static void CheckLength(string name, long length)
    {
        if (length == 0)
        {
            throw new PictureException($"'{name}' is empty");
        }

        if (length > MaxFileBytes)
        {
            throw new PictureException($"'{name}' is too large: more than {MaxFileBytes >> 20} MB; make it smaller first");
        }
    }

    private static SKCodec? CodecOf(Stream picture)
    {
        // The decoder reads files by itself: an error in a stream of .NET would not find its way through native code.
        if (picture is FileStream file)
        {
            return SKCodec.Create(file.Name);
        }

        using var data = SKData.Create(picture);
        return SKCodec.Create(data);
    }

    private static PictureException NoPicture(string name, Stream file)
    {
        byte[] start = new byte[FileSignature.Length];
        file.Position = 0;
        var signature = FileSignature.Of(start.AsSpan(0, file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)));
        return new PictureException($"'{name}' " + signature.Kind switch
        {
            FileKind.Picture => $"is damaged: it begins as {signature.Description}",
            FileKind.OtherPicture => $"is {signature.Description}, which cannot be read: make a PNG or JPEG of it first",
            FileKind.Unknown => $"is no picture that can be read: {Formats} can",
            _ => $"is {signature.Description}: {signature.Remedy ?? $"expected a picture ({Formats})"}",
        });
    }

    private static SKBitmap Decode(string path, SKCodec codec, int side)
    {
        SKImageInfo stored = codec.Info;
        float scale = Math.Min(1, (float)Oversampling * side / Math.Min(stored.Width, stored.Height));
        SKSizeI size = codec.GetScaledDimensions(scale);
        if ((long)stored.Width * stored.Height > MaxPixels || (long)size.Width * size.Height > MaxDecodedPixels)
        {
            throw new PictureException($"'{path}' is too large: {stored.Width} × {stored.Height} pixels; make it smaller first");
        }

        using var colours = SKColorSpace.CreateSrgb();
        var bitmap = new SKBitmap(new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul, colours));
        if (codec.GetPixels(bitmap.Info, bitmap.GetPixels()) == SKCodecResult.Success)
        {
            return bitmap;
        }

        bitmap.Dispose();
        throw new PictureException($"'{path}' is damaged, or its end is missing");
    }

    /// <summary>The middle of a picture in the size asked for: row by row, pixel by pixel, red, green and blue.</summary>
    private static float[] Resize(SKBitmap bitmap, int width, int height)
    {
        int cutWidth = Fit(bitmap.Width, bitmap.Height, width, height);
        int cutHeight = Fit(bitmap.Height, bitmap.Width, height, width);
        int left = (bitmap.Width - cutWidth) / 2;
        int top = (bitmap.Height - cutHeight) / 2;
        CubicFilter[] columns = CubicFilter.Of(cutWidth, width);
        CubicFilter[] rows = CubicFilter.Of(cutHeight, height);
        float[] colours = new float[cutWidth * Channels];
        float[] line = new float[width * Channels];
        float[] result = new float[height * line.Length];
        for (int y = 0; y < cutHeight; y++)
        {
            Blend(bitmap, left, top + y, colours);
            Shorten(colours, columns, line);
            for (int row = 0; row < height; row++)
            {
                int place = y - rows[row].First;
                if (place >= 0 && place < rows[row].Weights.Length)
                {
                    float weight = rows[row].Weights[place];
                    Span<float> sums = result.AsSpan(row * line.Length, line.Length);
                    for (int i = 0; i < sums.Length; i++)
                    {
                        sums[i] += weight * line[i];
                    }
                }
            }
        }

        return result;
    }

    /// <summary>As much of a side as has the proportion <paramref name="target"/> to <paramref name="otherTarget"/> with the other side.</summary>
    private static int Fit(int side, int other, int target, int otherTarget) =>
        (int)Math.Clamp((long)other * target / otherTarget, 1, side);

    /// <summary>The colours of part of a row, over white.</summary>
    private static void Blend(SKBitmap bitmap, int left, int y, Span<float> colours)
    {
        ReadOnlySpan<byte> pixels = bitmap.GetPixelSpan().Slice((y * bitmap.RowBytes) + (left * BytesPerPixel));
        for (int x = 0; x < colours.Length / Channels; x++)
        {
            ReadOnlySpan<byte> pixel = pixels.Slice(x * BytesPerPixel, BytesPerPixel);
            int opacity = pixel[Channels];
            for (int c = 0; c < Channels; c++)
            {
                colours[(x * Channels) + c] = opacity == byte.MaxValue
                    ? pixel[c]
                    : ((pixel[c] * opacity) + (byte.MaxValue * (byte.MaxValue - opacity))) / (float)byte.MaxValue;
            }
        }
    }

    private static void Shorten(ReadOnlySpan<float> colours, CubicFilter[] columns, Span<float> line)
    {
        for (int x = 0; x < columns.Length; x++)
        {
            ReadOnlySpan<float> weights = columns[x].Weights;
            ReadOnlySpan<float> from = colours.Slice(columns[x].First * Channels, weights.Length * Channels);
            float red = 0, green = 0, blue = 0;
            for (int i = 0; i < weights.Length; i++)
            {
                red += weights[i] * from[i * Channels];
                green += weights[i] * from[(i * Channels) + 1];
                blue += weights[i] * from[(i * Channels) + 2];
            }

            (line[x * Channels], line[(x * Channels) + 1], line[(x * Channels) + 2]) = (red, green, blue);
        }
    }
}
