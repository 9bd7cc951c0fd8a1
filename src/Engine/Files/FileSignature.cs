using System.Buffers.Binary;
using System.Text.Unicode;

namespace CifarFast.Engine.Files;

/// <summary>What a file is, told from its first bytes: so that whoever cannot read it can call it by its name.</summary>
/// <param name="Kind">What can be done with it.</param>
/// <param name="Description">What it is, with an article, to be put into a sentence.</param>
internal readonly record struct FileSignature(FileKind Kind, string Description)
{
    /// <summary>Bytes from the start of a file that are enough to judge by.</summary>
    public const int Length = 512;

    /// <summary>The longest header of a safetensors file.</summary>
    private const ulong MaxSafetensorsHeader = 100_000_000;

    /// <summary>Where the header of a zip archive's first file has the file's name, and two bytes of its length.</summary>
    private const int ZipNameOffset = 30;
    private const int ZipNameLengthOffset = 26;

    /// <summary>Where a tar header has its magic word.</summary>
    private const int TarMagicOffset = 257;

    private static readonly FileSignature _unknown = new(FileKind.Unknown, "of an unknown format");

    /// <summary>What to do where a file of another kind is wanted and this one only stands in its place; else null.</summary>
    public string? Remedy => Kind switch
    {
        FileKind.LargeFilePointer => "fetch the file with 'git lfs pull'",
        FileKind.WebPage or FileKind.Empty => "get the file again",
        _ => null,
    };

    /// <summary>Judges a file. Of one that cannot be read nothing more is told: those who read it say why they cannot.</summary>
    public static FileSignature Of(string path)
    {
        try
        {
            // Opening a pipe would wait without end.
            if (OrdinaryFile.LengthOf(path) == 0)
            {
                return _unknown;
            }

            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            return Of(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            return new(FileKind.Unreadable, "a file that cannot be read");
        }
    }

    /// <summary>Judges by the <paramref name="start"/> of a file: <see cref="Length"/> bytes of it, or all of a shorter one.</summary>
    public static FileSignature Of(ReadOnlySpan<byte> start) => Judge(start[..Math.Min(start.Length, Length)]);

    /// <summary>Judges by the bytes that follow in a stream; one that can seek stands where it stood afterwards.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static FileSignature Of(Stream stream)
    {
        byte[] start = new byte[Length];
        int length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (stream.CanSeek)
        {
            stream.Seek(-length, SeekOrigin.Current);
        }

        return Of(start.AsSpan(0, length));
    }

    private static FileSignature Judge(ReadOnlySpan<byte> start) => start switch
    {
        [] => new(FileKind.Empty, "an empty file"),
        _ when IsSafetensors(start) => new(FileKind.Safetensors, "a safetensors file"),

        // Pictures.
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => new(FileKind.Picture, "a PNG picture"),
        [0xFF, 0xD8, 0xFF, ..] => new(FileKind.Picture, "a JPEG picture"),
        _ when start.StartsWith("GIF87a"u8) || start.StartsWith("GIF89a"u8) => new(FileKind.Picture, "a GIF picture"),
        _ when start.StartsWith("RIFF"u8) && Has(start, 8, "WEBP"u8) => new(FileKind.Picture, "a WebP picture"),
        _ when IsBitmap(start) => new(FileKind.Picture, "a BMP picture"),
        _ when Has(start, 4, "ftyp"u8) => OfBrands(start),
        _ when start.StartsWith("II*\0"u8) || start.StartsWith("MM\0*"u8) => new(FileKind.OtherPicture, "a TIFF picture"),
        [0xFF, 0x0A, ..] or [0, 0, 0, 0x0C, (byte)'J', (byte)'X', (byte)'L', (byte)' ', ..] => new(FileKind.OtherPicture, "a JPEG XL picture"),
        [0, 0, 0, 0x0C, (byte)'j', (byte)'P', (byte)' ', (byte)' ', ..] => new(FileKind.OtherPicture, "a JPEG 2000 picture"),
        _ when start.StartsWith("8BPS"u8) => new(FileKind.OtherPicture, "a Photoshop picture"),
        [0x1A, 0x45, 0xDF, 0xA3, ..] => new(FileKind.Other, "a Matroska film"),
        _ when start.StartsWith("RIFF"u8) && Has(start, 8, "AVI "u8) => new(FileKind.Other, "an AVI film"),
        _ when start.StartsWith("%PDF"u8) => new(FileKind.OtherPicture, "a PDF document"),

        // Weights, models, data.
        [(byte)'P', (byte)'K', 3, 4, ..] => OfFirstName(start),
        [(byte)'P', (byte)'K', 5, 6, ..] => new(FileKind.Zip, "an empty zip archive"),
        [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', ..] => new(FileKind.Npy, "a NumPy array (.npy)"),
        [0x80, >= 2 and <= 5, > 0, ..] => OfPickle(start),
        [0x89, (byte)'H', (byte)'D', (byte)'F', 0x0D, 0x0A, 0x1A, 0x0A, ..] => new(FileKind.Model, "an HDF5 file, as Keras writes (.h5)"),
        [8, 1, 0x12, ..] => new(FileKind.Model, "a TensorFlow SavedModel"),
        [8, >= 3 and <= 32, 0x12, <= 64, > 0x20 and < 0x7F, ..] or [8, >= 3 and <= 32, 0x3A or 0x42, ..] => new(FileKind.Model, "an ONNX model"),
        _ when Has(start, 4, "TFL3"u8) => new(FileKind.Model, "a TensorFlow Lite model"),
        _ when start.StartsWith("GGUF"u8) => new(FileKind.Model, "a GGUF model"),
        _ when start.StartsWith("MATLAB "u8) => new(FileKind.Data, "a Matlab file"),
        _ when start.StartsWith("PAR1"u8) => new(FileKind.Data, "a Parquet file"),

        // Archives.
        [0x1F, 0x8B, 8, ..] => new(FileKind.Gzip, "a gzip file"),
        [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, ..] => new(FileKind.Archive, "an xz file"),
        [0x28, 0xB5, 0x2F, 0xFD, ..] => new(FileKind.Archive, "a Zstandard file"),
        [(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C, ..] => new(FileKind.Archive, "a 7z archive"),
        _ when start.StartsWith("BZh"u8) => new(FileKind.Archive, "a bzip2 file"),
        _ when start.StartsWith("Rar!"u8) => new(FileKind.Archive, "a RAR archive"),
        _ when Has(start, TarMagicOffset, "ustar"u8) => new(FileKind.Tar, "a tar file"),

        // What stands where a file should be.
        _ when start.StartsWith("version https://git-lfs.github.com/spec/"u8) =>
            new(FileKind.LargeFilePointer, "a Git LFS pointer, which stands for the file in a repository"),
        [0, 5, 0x16, 7, ..] => new(FileKind.Other, "a companion file of macOS"),
        _ => OfText(start),
    };

    private static bool Has(ReadOnlySpan<byte> start, int offset, ReadOnlySpan<byte> magic) =>
        start.Length >= offset && start[offset..].StartsWith(magic);

    /// <summary>The length of a header that can be that long, and the header's first character.</summary>
    private static bool IsSafetensors(ReadOnlySpan<byte> start) =>
        Has(start, sizeof(ulong), "{"u8) && BinaryPrimitives.ReadUInt64LittleEndian(start) <= MaxSafetensorsHeader;

    /// <summary>Two letters are not much: what follows is four bytes of zeros and the length of one of the headers that there are.</summary>
    private static bool IsBitmap(ReadOnlySpan<byte> start) => start.StartsWith("BM"u8) && Has(start, 6, "\0\0\0\0"u8)
        && start.Length > 17 && BinaryPrimitives.ReadInt32LittleEndian(start[14..]) is 12 or 16 or 40 or 52 or 56 or 64 or 108 or 124;

    /// <summary>What the first box of a file names: some pictures name a general format first and their own behind it.</summary>
    private static FileSignature OfBrands(ReadOnlySpan<byte> start)
    {
        int length = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(start), (uint)start.Length);
        ReadOnlySpan<byte> brands = start[..length];
        return brands.IndexOf("avi"u8) >= 0 ? new(FileKind.OtherPicture, "an AVIF picture")
            : brands.IndexOf("hei"u8) >= 0 || brands.IndexOf("hev"u8) >= 0 || brands.IndexOf("mif1"u8) >= 0 ? new(FileKind.OtherPicture, "a HEIC picture")
            : new(FileKind.Other, "a film");
    }

    /// <summary>What a zip archive is of, by the name of the first file in it.</summary>
    private static FileSignature OfFirstName(ReadOnlySpan<byte> start)
    {
        ReadOnlySpan<byte> name = start.Length <= ZipNameOffset ? [] : start[ZipNameOffset..];
        name = name.IsEmpty ? name : name[..Math.Min(name.Length, BinaryPrimitives.ReadUInt16LittleEndian(start[ZipNameLengthOffset..]))];
        return name.EndsWith(".npy"u8) ? new(FileKind.Npz, "an archive of NumPy arrays (.npz)")
            : name.EndsWith("/data.pkl"u8) || name.EndsWith("/.format_version"u8) || name.EndsWith("/constants.pkl"u8) ? new(FileKind.PyTorch, "a pickled PyTorch file")
            : name.SequenceEqual("metadata.json"u8) ? new(FileKind.Model, "a Keras model (.keras)")
            : new(FileKind.Zip, "a zip archive");
    }

    /// <summary>PyTorch's older files begin with the pickle of a number; those of CIFAR-10 have a word of theirs near the start.</summary>
    private static FileSignature OfPickle(ReadOnlySpan<byte> start) =>
        Has(start, 2, [0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]) ? new(FileKind.PyTorch, "a pickled PyTorch file")
        : start.IndexOf("batch_label"u8) >= 0 ? new(FileKind.Pickle, "a Python pickle of CIFAR images")
        : new(FileKind.Pickle, "a Python pickle");

    private static FileSignature OfText(ReadOnlySpan<byte> start)
    {
        ReadOnlySpan<byte> text = start.TrimStart("\uFEFF \t\r\n"u8);
        bool isSvg = text.IndexOf("<svg"u8) >= 0;
        return text.StartsWith("<"u8)
            ? isSvg ? new(FileKind.OtherPicture, "an SVG drawing") : new(FileKind.WebPage, "a web page or XML, perhaps an error page in place of a download")
            : !IsText(start) ? _unknown
            : text.StartsWith("{"u8) || text.StartsWith("["u8) ? new(FileKind.Text, "a JSON file")
            : new(FileKind.Text, "a text file");
    }

    /// <summary>Whether there is nothing but characters: UTF-8, of which the last one may be cut, and no control characters.</summary>
    private static bool IsText(ReadOnlySpan<byte> start)
    {
        const byte FirstOfCharacter = 0xC0;
        int cut = start.Length < Length ? -1 : start[^3..].LastIndexOfAnyInRange(FirstOfCharacter, byte.MaxValue);
        return Utf8.IsValid(cut < 0 ? start : start[..(start.Length - 3 + cut)])
            && start.IndexOfAnyInRange((byte)0, (byte)8) < 0 && start.IndexOfAnyInRange((byte)14, (byte)26) < 0;
    }
}
