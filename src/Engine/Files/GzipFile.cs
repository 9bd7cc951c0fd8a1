using System.IO.Compression;

namespace CifarFast.Engine.Files;

/// <summary>Files that may be compressed by gzip, whatever their names say.</summary>
internal static class GzipFile
{
    /// <summary>What follows in a file, unpacked where it is packed: a stream that leaves the file open, or else the file itself.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static Stream Unpacked(FileStream file)
    {
        bool isGzip = file.CanSeek && FileSignature.Of(file).Kind == FileKind.Gzip;
        return isGzip ? new GZipStream(file, CompressionMode.Decompress, leaveOpen: true) : file;
    }
}
