namespace CifarFast.Engine.Data;

/// <summary>What a file is, told from its first bytes: so that a wrong download can be called by its name.</summary>
/// <param name="Kind">Whether and how it can be read.</param>
/// <param name="Description">What it is, with an article, to be put into a sentence.</param>
internal readonly record struct FileSignature(FileKind Kind, string Description)
{
    /// <summary>Bytes from the start of a file that are enough to judge by.</summary>
    public const int Length = 512;

    /// <summary>Where a tar header has its magic word.</summary>
    private const int TarMagicOffset = 257;

    /// <summary>Judges by the <paramref name="start"/> of a file: <see cref="Length"/> bytes, or all of a shorter one.</summary>
    public static FileSignature Of(ReadOnlySpan<byte> start) => start switch
    {
        [] => new(FileKind.Other, "an empty file"),
        [0x1F, 0x8B, ..] => new(FileKind.Gzip, "a gzip file"),
        [(byte)'P', (byte)'K', 3 or 5, ..] => new(FileKind.Other, "a zip archive"),
        [0x80, >= 2 and <= 5, ..] => new(FileKind.Other, "a Python pickle"),
        _ when start.Length > TarMagicOffset && start[TarMagicOffset..].StartsWith("ustar"u8) => new(FileKind.Tar, "a tar file"),
        _ when start.TrimStart("\uFEFF \t\r\n"u8).StartsWith("<"u8) => new(FileKind.Other, "a web page or XML, perhaps an error page in place of a download"),
        _ when start.StartsWith("MATLAB"u8) => new(FileKind.Other, "a Matlab file"),
        _ => new(FileKind.Other, "of an unknown format"),
    };
}
