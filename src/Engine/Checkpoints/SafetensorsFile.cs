using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using CifarFast.Engine.Files;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Checkpoints;

/// <summary>
/// A safetensors file that was read and checked whole. Reading takes no more memory than the file has bytes, give or take a
/// constant, and the header is judged before anything behind it is read.
/// </summary>
internal sealed class SafetensorsFile : IWeightsSource
{
    private readonly string _name;
    private readonly SafetensorsHeader _header;
    private readonly byte[] _data;

    private SafetensorsFile(string name, SafetensorsHeader header, byte[] data)
    {
        _name = name;
        _header = header;
        _data = data;
    }

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, SafetensorsTensor> Tensors => _header.Tensors;

    string IWeightsSource.Path => _name;

    IReadOnlyList<TensorEntry> IWeightsSource.Tensors => [.. Tensors.Values.OrderBy(tensor => tensor.Start).Select(tensor => tensor.ToEntry())];

    /// <summary>Whether the file has a checksum, which then is right; other programs' files have none.</summary>
    public bool HasChecksum => _header.ChecksumDigits is not null;

    /// <summary>Reads a file.</summary>
    /// <exception cref="CheckpointException">It is missing, cannot be read, or is not a whole and sound safetensors file.</exception>
    public static SafetensorsFile Read(string path)
    {
        try
        {
            // Opening a pipe waits for a writer, without end.
            if (OrdinaryFile.LengthOf(path) == 0)
            {
                throw Fault(path, new FormatException("it is empty, a pipe or a device"));
            }

            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            ForeignWeights.Refuse(file, path, FileKind.Safetensors);
            return Read(file, file.Length, path);
        }
        catch (Exception error) when (Directory.Exists(path))
        {
            throw new CheckpointException($"{path} is a directory, expected a file", error);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CheckpointException($"{path} does not exist", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new CheckpointException($"{path} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Reads <paramref name="length"/> bytes of <paramref name="stream"/> as the file called <paramref name="name"/>.</summary>
    /// <exception cref="CheckpointException">They are not a whole and sound safetensors file.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static SafetensorsFile Read(Stream stream, long length, string name)
    {
        try
        {
            byte[] header = ReadHeader(stream, length);
            ReadOnlyMemory<byte> json = header.AsMemory(SafetensorsFormat.LengthBytes);
            long dataBytes = length - header.Length;
            SafetensorsHeader parsed = SafetensorsHeader.Parse(json, dataBytes);
            if (dataBytes > Array.MaxLength)
            {
                throw new FormatException($"it is larger than {Array.MaxLength / (1 << 20):N0} MB");
            }

            byte[] data = GC.AllocateUninitializedArray<byte>((int)dataBytes);
            stream.ReadExactly(data);
            if (parsed.ChecksumDigits is Range digits)
            {
                CheckChecksum(header, digits, data);
            }

            return new SafetensorsFile(name, parsed, data);
        }
        catch (FormatException error)
        {
            throw Fault(name, error);
        }
        catch (EndOfStreamException error)
        {
            throw new CheckpointException($"{name} became shorter while it was read", error);
        }
    }

    /// <summary>The text that the metadata have under <paramref name="key"/>, in UTF-8, or null.</summary>
    /// <exception cref="CheckpointException">It is not valid text.</exception>
    public byte[]? Metadata(string key)
    {
        try
        {
            return _header.Metadata(key);
        }
        catch (FormatException error)
        {
            throw Fault(_name, error);
        }
    }

    /// <summary>The text that the metadata have under <paramref name="key"/>, or null.</summary>
    /// <exception cref="CheckpointException">It is not valid text.</exception>
    public string? Text(string key) => Metadata(key) is byte[] text ? Encoding.UTF8.GetString(text) : null;

    /// <summary>The elements of a tensor of 32-bit floats, row-major.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="shape">The shape it must have.</param>
    /// <exception cref="CheckpointException">There is no such tensor, or it is of another type or shape.</exception>
    public ReadOnlySpan<float> Floats(string name, Shape shape)
    {
        string wanted = $"{SafetensorsFormat.Float32} {shape}";
        SafetensorsTensor tensor = Find(name, wanted);
        return tensor.DataType == SafetensorsFormat.Float32 && tensor.Has(shape)
            ? MemoryMarshal.Cast<byte, float>(BytesOf(tensor))
            : throw Unexpected(tensor, wanted);
    }

    /// <summary>A count: a 64-bit whole number, or one float in a row, as which earlier versions wrote it.</summary>
    /// <param name="name">The tensor.</param>
    /// <exception cref="CheckpointException">There is no such tensor, or it is of another type or shape, or no count.</exception>
    public float Count(string name)
    {
        SafetensorsTensor tensor = Find(name, SafetensorsFormat.Int64);
        float count = (tensor.DataType, tensor.Dimensions) switch
        {
            (SafetensorsFormat.Int64, []) => BinaryPrimitives.ReadInt64LittleEndian(BytesOf(tensor)),
            (SafetensorsFormat.Float32, [1]) => BinaryPrimitives.ReadSingleLittleEndian(BytesOf(tensor)),
            _ => throw Unexpected(tensor, SafetensorsFormat.Int64),
        };
        return count >= 0 && float.IsInteger(count) ? count : throw new CheckpointException($"{_name} has {count} in tensor '{name}', which is no count");
    }

    /// <inheritdoc/>
    public void Read(string name, Span<float> values)
    {
        SafetensorsTensor tensor = Tensors[name];
        int bytes = SafetensorsFormat.ElementBytes(tensor.DataType)!.Value;
        ReadOnlySpan<byte> data = BytesOf(tensor);
        try
        {
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = FiniteWeight.Of(SafetensorsFormat.Decode(tensor.DataType, data.Slice(i * bytes, bytes)));
            }
        }
        catch (FormatException error)
        {
            throw new CheckpointException($"{_name}: {SafetensorsHeader.Printable(name)} {error.Message}", error);
        }
    }

    /// <summary>All that is kept is memory.</summary>
    void IDisposable.Dispose()
    {
    }

    private ReadOnlySpan<byte> BytesOf(SafetensorsTensor tensor) => _data.AsSpan((int)tensor.Start, (int)(tensor.End - tensor.Start));

    private SafetensorsTensor Find(string name, string wanted) => Tensors.TryGetValue(name, out SafetensorsTensor? tensor)
        ? tensor
        : throw new CheckpointException($"{_name} has no tensor '{name}', expected {wanted}: it was made for another network");

    private CheckpointException Unexpected(SafetensorsTensor tensor, string wanted) =>
        new($"{_name} has tensor '{tensor.Name}' as {tensor}, expected {wanted}: it was made for another network");

    private static CheckpointException Fault(string name, FormatException error) => new($"{name} is damaged, or no safetensors file: {error.Message}", error);

    /// <summary>Reads the header with its length in front.</summary>
    private static byte[] ReadHeader(Stream stream, long length)
    {
        if (length < SafetensorsFormat.LengthBytes)
        {
            throw new FormatException($"it is {Quantity.Of(length, "byte")} long, too short for a header");
        }

        Span<byte> lengthBytes = stackalloc byte[SafetensorsFormat.LengthBytes];
        stream.ReadExactly(lengthBytes);
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(lengthBytes);
        if (headerLength > SafetensorsFormat.MaxHeaderBytes || (long)headerLength > length - SafetensorsFormat.LengthBytes)
        {
            throw new FormatException($"its header claims to be {headerLength:N0} bytes long, in a file of {length:N0}");
        }

        byte[] header = GC.AllocateUninitializedArray<byte>(SafetensorsFormat.LengthBytes + (int)headerLength);
        lengthBytes.CopyTo(header);
        stream.ReadExactly(header.AsSpan(SafetensorsFormat.LengthBytes));
        return header;
    }

    private static void CheckChecksum(Span<byte> header, Range digits, ReadOnlySpan<byte> data)
    {
        Span<byte> place = header[SafetensorsFormat.LengthBytes..][digits];
        string claimed = Encoding.ASCII.GetString(place);
        Encoding.ASCII.GetBytes(SafetensorsFormat.NoDigits, place);
        if (SafetensorsFormat.DigitsOf(header, data) != claimed)
        {
            throw new FormatException("its checksum does not fit its content");
        }
    }
}
