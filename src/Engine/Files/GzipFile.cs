using System.IO.Compression;

namespace CifarFast.Engine.Files;

/// <summary>Files that may be compressed by gzip, whatever their names say.</summary>
internal static class GzipFile
{
    /// <summary>What follows in a file, unpacked where it is packed: a stream that leaves the file open, or else the file itself.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static Stream Unpacked(FileStream file) => Unpacked(file, file.CanSeek ? FileSignature.Of(file).Kind : FileKind.Unknown);

    /// <summary>The same where it is known what the file is.</summary>
    public static Stream Unpacked(FileStream file, FileKind kind) =>
        kind == FileKind.Gzip ? new GZipStream(file, CompressionMode.Decompress, leaveOpen: true) : file;
}
