using CifarFast.Engine.Files;
using CifarFast.Trainer.Runs;
using SkiaSharp;

namespace CifarFast.Trainer.Images;

/// <summary>
/// Reads a picture as a network takes it: upright, in sRGB, over white where it is transparent, cut to its middle or between bars, and
/// resized. A picture that has the size already comes through byte by byte. What a file claims is judged before memory is taken for it.
/// </summary>
internal static class PictureFile
{
    /// <summary>What is read.</summary>
    public const string Formats = "PNG, JPEG, BMP, WebP and GIF";

    private const int Channels = 3;
    private const int BytesPerPixel = 4;

    /// <summary>More than the pixels that may be decoded take without any compression.</summary>
    private const long MaxFileBytes = 512 << 20;

    /// <summary>Bytes up to which a file is read at once: to open it a second time, as the decoder would, takes longer than a small picture.</summary>
    private const int MaxBytesAtOnce = 1 << 20;

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
    /// <param name="fit">How pictures of other proportions come to these.</param>
    /// <param name="name">What messages call it; null for its path.</param>
    /// <returns>Its bytes: red, green and blue, plane by plane and row by row.</returns>
    /// <exception cref="PictureException">It is missing, no picture, damaged, or too large.</exception>
    public static byte[] Read(string path, int width, int height, PictureFit fit = PictureFit.Crop, string? name = null)
    {
        name ??= path;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            return Read(name, file, width, height, fit);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new PictureException($"'{name}' does not exist", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new PictureException($"'{name}' cannot be read: {Reason.Of(error)}", error);
        }
    }

    /// <summary>Reads a picture to its end.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="content">A file, or a pipe.</param>
    /// <param name="width">Pixels a row that the network takes.</param>
    /// <param name="height">Rows that the network takes.</param>
    /// <param name="fit">How pictures of other proportions come to these.</param>
    /// <returns>Its bytes: red, green and blue, plane by plane and row by row.</returns>
    /// <exception cref="PictureException">It is no picture, damaged, or too large.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static byte[] Read(string name, Stream content, int width, int height, PictureFit fit = PictureFit.Crop)
    {
        // Neither pipes nor devices have a length.
        using Stream picture = content is FileStream { CanSeek: true, Length: > MaxBytesAtOnce } ? content : ReadToEnd(name, content);
        CheckLength(name, picture.Length);
        using SKCodec codec = CodecOf(picture) ?? throw NoPicture(name, picture);
        using SKBitmap bitmap = Decode(name, codec, Math.Max(width, height));
        SKEncodedOrigin origin = OriginOf(codec, picture);
        if (bitmap.Width == width && bitmap.Height == height && origin == SKEncodedOrigin.Default)
        {
            return AsItIs(bitmap);
        }

        (int storedWidth, int storedHeight) = Orientation.SwapsSides(origin) ? (height, width) : (width, height);
        return Upright(Resize(bitmap, storedWidth, storedHeight, fit), origin, width, height);
    }

    /// <summary>Reads all of a picture in its own proportions, for a person to look at.</summary>
    /// <param name="path">The file.</param>
    /// <param name="side">The most pixels of its longer side; a smaller picture stays as it is.</param>
    /// <returns>Its bytes, as <see cref="Read(string, int, int, PictureFit, string?)"/> gives them, and its size.</returns>
    /// <exception cref="PictureException">It is no picture, damaged, or too large.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static (byte[] Planes, int Width, int Height) ReadWhole(string path, int side)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        CheckLength(path, file.Length);
        using SKCodec codec = CodecOf(file) ?? throw NoPicture(path, file);
        using SKBitmap bitmap = Decode(path, codec, side);
        SKEncodedOrigin origin = OriginOf(codec, file);
        double scale = Math.Min(1, (double)side / Math.Max(codec.Info.Width, codec.Info.Height));
        int storedWidth = Math.Max(1, (int)Math.Round(scale * codec.Info.Width));
        int storedHeight = Math.Max(1, (int)Math.Round(scale * codec.Info.Height));
        (int width, int height) = Orientation.SwapsSides(origin) ? (storedHeight, storedWidth) : (storedWidth, storedHeight);
        return (Upright(Resize(bitmap, storedWidth, storedHeight, PictureFit.Crop), origin, width, height), width, height);
    }

    private static SKEncodedOrigin OriginOf(SKCodec codec, Stream picture) =>
        codec.EncodedOrigin == SKEncodedOrigin.Default ? ExifOrientation.Find(picture, codec.EncodedFormat) : codec.EncodedOrigin;

    /// <summary>The planes of a picture that is upright and has the size already: what <see cref="Resize"/> comes to as well, by far more work.</summary>
    private static byte[] AsItIs(SKBitmap bitmap)
    {
        (int width, int height) = (bitmap.Width, bitmap.Height);
        byte[] planes = new byte[Channels * height * width];
        float[] colours = new float[width * Channels];
        ReadOnlySpan<byte> pixels = bitmap.GetPixelSpan();
        int rowBytes = bitmap.RowBytes;
        for (int y = 0; y < height; y++)
        {
            Blend(pixels.Slice(y * rowBytes), colours);
            for (int x = 0; x < width; x++)
            {
                for (int c = 0; c < Channels; c++)
                {
                    planes[(((c * height) + y) * width) + x] = (byte)MathF.Round(colours[(x * Channels) + c]);
                }
            }
        }

        return planes;
    }

    /// <summary>Planes of bytes of stored pixels, turned as the camera was not.</summary>
    private static byte[] Upright(float[] pixels, SKEncodedOrigin origin, int width, int height)
    {
        int storedWidth = Orientation.SwapsSides(origin) ? height : width;
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
        var picture = new MemoryStream(content is FileStream { CanSeek: true } file ? (int)file.Length : 0);
        byte[] piece = new byte[picture.Capacity > 0 ? picture.Capacity : 1 << 16];
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
            throw new PictureException($"'{name}' is empty") { Signature = FileSignature.Of(default(ReadOnlySpan<byte>)) };
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

        using SKData data = SKData.CreateCopy(((MemoryStream)picture).GetBuffer().AsSpan(0, (int)picture.Length));
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
        })
        {
            Signature = signature,
        };
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

    /// <summary>A picture in the size asked for, its middle or all of it: row by row, pixel by pixel, red, green and blue.</summary>
    private static float[] Resize(SKBitmap bitmap, int width, int height, PictureFit fit)
    {
        bool isWhole = fit == PictureFit.Letterbox;
        int cutWidth = isWhole ? bitmap.Width : Fit(bitmap.Width, bitmap.Height, width, height);
        int cutHeight = isWhole ? bitmap.Height : Fit(bitmap.Height, bitmap.Width, height, width);
        int left = (bitmap.Width - cutWidth) / 2;
        int top = (bitmap.Height - cutHeight) / 2;

        // What is not covered stays black.
        int innerWidth = isWhole ? Fit(width, height, bitmap.Width, bitmap.Height) : width;
        int innerHeight = isWhole ? Fit(height, width, bitmap.Height, bitmap.Width) : height;
        int firstColumn = (width - innerWidth) / 2;
        int firstRow = (height - innerHeight) / 2;
        CubicFilter[] columns = CubicFilter.Of(cutWidth, innerWidth);
        CubicFilter[] rows = CubicFilter.Of(cutHeight, innerHeight);
        float[] colours = new float[cutWidth * Channels];
        float[] line = new float[innerWidth * Channels];
        float[] result = new float[height * width * Channels];
        ReadOnlySpan<byte> pixels = bitmap.GetPixelSpan();
        int rowBytes = bitmap.RowBytes;
        for (int y = 0; y < cutHeight; y++)
        {
            Blend(pixels.Slice(((top + y) * rowBytes) + (left * BytesPerPixel)), colours);
            Shorten(colours, columns, line);
            for (int row = 0; row < innerHeight; row++)
            {
                int place = y - rows[row].First;
                if (place >= 0 && place < rows[row].Weights.Length)
                {
                    float weight = rows[row].Weights[place];
                    Span<float> sums = result.AsSpan((((firstRow + row) * width) + firstColumn) * Channels, line.Length);
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

    /// <summary>The colours of as many pixels of a row as there is room for, over white.</summary>
    private static void Blend(ReadOnlySpan<byte> pixels, Span<float> colours)
    {
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
