using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CifarFast.Engine.Tensors;
using CommunityToolkit.HighPerformance.Buffers;

namespace CifarFast.Engine.Checkpoints;

/// <summary>
/// A safetensors file in memory, to be written as often as its tensors change: they have their final place from the start, so
/// that taking a network's weights down is one copy, and all else can happen on another thread.
/// </summary>
internal sealed class SafetensorsImage
{
    private readonly IReadOnlyList<StateTensor> _tensors;
    private readonly int[] _starts;
    private readonly byte[] _data;

    /// <summary>
    /// Lays out tensors one after another in their order: of 64-bit whole numbers what counts, of 32-bit floats all others. Counts come first, so
    /// that each of them is aligned, too.
    /// </summary>
    public SafetensorsImage(IReadOnlyList<StateTensor> tensors)
    {
        _tensors = tensors;
        _starts = new int[tensors.Count];
        int length = 0;
        foreach (int i in Enumerable.Range(0, tensors.Count).OrderByDescending(i => tensors[i].IsCount))
        {
            _starts[i] = length;
            length = checked(length + LengthOf(tensors[i]));
        }

        _data = new byte[length];
    }

    /// <summary>Sets the elements of tensor <paramref name="index"/>.</summary>
    /// <param name="index">Which of the tensors.</param>
    /// <param name="stored">Its elements, kept as <see cref="StateTensor.Value"/> is.</param>
    public void Set(int index, ReadOnlySpan<float> stored)
    {
        StateTensor tensor = _tensors[index];
        Span<byte> bytes = _data.AsSpan(_starts[index], LengthOf(tensor));
        if (tensor.IsCount)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, (long)stored[0]);
        }
        else
        {
            tensor.Export(stored, MemoryMarshal.Cast<byte, float>(bytes));
        }
    }

    /// <summary>Writes the file, with a checksum over all of it in its metadata.</summary>
    /// <param name="file">Where to.</param>
    /// <param name="metadata">Strings for the header's <c>__metadata__</c>.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void WriteTo(Stream file, IReadOnlyDictionary<string, string> metadata)
    {
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("checkpoints are written on little-endian machines only");
        }

        using var header = new ArrayPoolBufferWriter<byte>();
        int checksumAt = WriteHeader(header, metadata);
        Span<byte> start = header.DangerousGetArray().AsSpan();
        Encoding.ASCII.GetBytes(SafetensorsFormat.DigitsOf(start, _data), start[checksumAt..]);
        file.Write(start);
        file.Write(_data);
    }

    private static int LengthOf(StateTensor tensor) => checked(tensor.Shape.Count * (tensor.IsCount ? sizeof(long) : sizeof(float)));

    /// <summary>Writes length and header, the checksum's digits still zeros, and returns where these are.</summary>
    private int WriteHeader(ArrayPoolBufferWriter<byte> header, IReadOnlyDictionary<string, string> metadata)
    {
        header.Advance(SafetensorsFormat.LengthBytes);
        int checksumAt;
        using (var json = new Utf8JsonWriter(header, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartObject(SafetensorsFormat.Metadata);
            json.WriteString(SafetensorsFormat.Checksum, SafetensorsFormat.ChecksumPrefix + SafetensorsFormat.NoDigits);
            json.Flush();
            checksumAt = header.WrittenCount - 1 - SafetensorsFormat.NoDigits.Length;
            foreach ((string key, string value) in metadata)
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
            for (int i = 0; i < _tensors.Count; i++)
            {
                WriteTensor(json, i);
            }

            json.WriteEndObject();
        }

        int padding = -header.WrittenCount & (SafetensorsFormat.Alignment - 1);
        header.GetSpan(padding)[..padding].Fill((byte)' ');
        header.Advance(padding);
        int length = header.WrittenCount - SafetensorsFormat.LengthBytes;
        BinaryPrimitives.WriteInt64LittleEndian(header.DangerousGetArray().AsSpan(), length);
        return checksumAt;
    }

    private void WriteTensor(Utf8JsonWriter json, int index)
    {
        StateTensor tensor = _tensors[index];
        Shape shape = tensor.Shape;
        json.WriteStartObject(tensor.Name);
        json.WriteString(SafetensorsFormat.DataType, tensor.IsCount ? SafetensorsFormat.Int64 : SafetensorsFormat.Float32);
        json.WriteStartArray(SafetensorsFormat.Shape);
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            json.WriteNumberValue(shape[axis]);
        }

        json.WriteEndArray();
        json.WriteStartArray(SafetensorsFormat.DataOffsets);
        json.WriteNumberValue(_starts[index]);
        json.WriteNumberValue(_starts[index] + LengthOf(tensor));
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
