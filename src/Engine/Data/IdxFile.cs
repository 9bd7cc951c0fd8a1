using System.Buffers.Binary;
using CifarFast.Engine.Files;

namespace CifarFast.Engine.Data;

/// <summary>
/// A file in the IDX format, gzip or plain, with bytes for elements: two zero bytes, the type of the elements, the number of dimensions,
/// each dimension as four bytes, the highest first, and then the elements. What its header claims is checked before memory is taken for it.
/// </summary>
internal sealed class IdxFile : IDisposable
{
    private const byte ByteType = 8;

    /// <summary>The most that gzip makes of a byte.</summary>
    private const long MostCompressed = 1032;

    private readonly FileStream _file;
    private readonly Stream _content;
    private readonly string _path;

    private IdxFile(string path, FileStream file)
    {
        _path = path;
        _file = file;
        _content = GzipFile.Unpacked(file);
    }

    /// <summary>The dimensions, of which none is 0.</summary>
    public IReadOnlyList<int> Dimensions { get; private set; } = [];

    /// <summary>Opens a file and reads its header.</summary>
    /// <param name="path">The file.</param>
    /// <param name="dimensions">What each dimension is of; there must be as many.</param>
    /// <exception cref="DataException">It is something else.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IdxFile Open(string path, params string[] dimensions)
    {
        var file = new IdxFile(path, new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan));
        try
        {
            if (!file._file.CanSeek)
            {
                throw file.Wrong("is no file but a pipe or device: save it first");
            }

            file.ReadHeader(dimensions);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads the next elements.</summary>
    /// <param name="elements">Is filled.</param>
    /// <param name="first">The record that they begin with, for messages.</param>
    /// <param name="recordBytes">Elements of a record.</param>
    /// <exception cref="DataException">They are not all there.</exception>
    public void Read(Span<byte> elements, long first, int recordBytes)
    {
        int read = ReadAll(elements);
        if (read < elements.Length)
        {
            throw Wrong($"ends at record {first + (read / recordBytes) + 1:N0} of {Dimensions[0]:N0} that its header tells; it is cut short, get it again");
        }
    }

    /// <summary>Makes sure that nothing follows.</summary>
    /// <exception cref="DataException">Something does, or the checksum of a compressed file is not that of its contents.</exception>
    public void CheckEnd()
    {
        if (ReadAll(stackalloc byte[1]) > 0)
        {
            throw Wrong($"goes on behind the {Dimensions[0]:N0} records that its header tells; it is damaged, get it again");
        }
    }

    /// <summary>Says what is wrong with the file.</summary>
    public DataException Wrong(string what) => new($"{_path} {what}");

    public void Dispose()
    {
        _content.Dispose();
        _file.Dispose();
    }

    private void ReadHeader(string[] dimensions)
    {
        string what = $"expected an IDX file of bytes with {Quantity.Of(dimensions.Length, "dimension")} ({string.Join(", ", dimensions)})";
        Span<byte> start = stackalloc byte[sizeof(int)];
        if (ReadAll(start) < start.Length || start[0] != 0 || start[1] != 0)
        {
            _file.Position = 0;
            var signature = FileSignature.Of(_file);
            throw Wrong(signature.Kind == FileKind.Gzip
                ? $"holds no IDX file: {what}"
                : $"is {signature.Description}: {what}{(signature.Remedy is string remedy ? $"; {remedy}" : "")}");
        }

        if (start[2] != ByteType)
        {
            throw Wrong($"has elements of the type 0x{start[2]:X2}: {what}, which has the type 0x{ByteType:X2}");
        }

        if (start[3] != dimensions.Length)
        {
            throw Wrong($"has {Quantity.Of(start[3], "dimension")}: {what}");
        }

        int[] sizes = new int[dimensions.Length];
        for (int i = 0; i < sizes.Length; i++)
        {
            if (ReadAll(start) < start.Length)
            {
                throw Wrong("ends within its header; it is cut short, get it again");
            }

            sizes[i] = BinaryPrimitives.ReadInt32BigEndian(start);
            if (sizes[i] <= 0)
            {
                throw Wrong($"has {BinaryPrimitives.ReadUInt32BigEndian(start):N0} {dimensions[i]} by its header, expected 1 to {int.MaxValue:N0}");
            }
        }

        Dimensions = sizes;
        Int128 claimed = sizes.Aggregate((Int128)1, (product, size) => product * size);
        long header = sizeof(int) * (1 + sizes.Length);
        if (_content == _file && _file.Length != header + claimed)
        {
            throw Wrong($"is {Quantity.Of(_file.Length, "byte")} long, expected {header + claimed:N0} by its header ({string.Join(" × ", sizes)}); it is cut short or damaged, get it again");
        }

        if (_content != _file && claimed > MostCompressed * _file.Length)
        {
            throw Wrong($"has {claimed:N0} elements by its header, which are not in {Quantity.Of(_file.Length, "compressed byte")}; it is damaged, get it again");
        }
    }

    /// <summary>Fills all of a span, or as much of it as there is left; returns how much.</summary>
    private int ReadAll(Span<byte> bytes)
    {
        try
        {
            return _content.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException exception)
        {
            throw new DataException($"{_path} is damaged: what is compressed in it cannot be read; get it again", exception);
        }
    }
}
