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
    private readonly IReadOnlyList<(string Name, Shape Shape)> _tensors;
    private readonly int[] _starts;
    private readonly float[] _data;

    /// <summary>Lays out tensors of 32-bit floats, one after another in their order.</summary>
    public SafetensorsImage(IReadOnlyList<(string Name, Shape Shape)> tensors)
    {
        _tensors = tensors;
        _starts = new int[tensors.Count + 1];
        for (int i = 0; i < tensors.Count; i++)
        {
            _starts[i + 1] = checked(_starts[i] + tensors[i].Shape.Count);
        }

        _data = new float[_starts[^1]];
    }

    /// <summary>The elements of tensor <paramref name="index"/>, row-major.</summary>
    public Span<float> Tensor(int index) => _data.AsSpan(_starts[index].._starts[index + 1]);

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

        ReadOnlySpan<byte> data = MemoryMarshal.AsBytes(_data.AsSpan());
        using var header = new ArrayPoolBufferWriter<byte>();
        int checksumAt = WriteHeader(header, metadata);
        Span<byte> start = header.DangerousGetArray().AsSpan();
        Encoding.ASCII.GetBytes(SafetensorsFormat.DigitsOf(start, data), start[checksumAt..]);
        file.Write(start);
        file.Write(data);
    }

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
        (string name, Shape shape) = _tensors[index];
        json.WriteStartObject(name);
        json.WriteString(SafetensorsFormat.DataType, SafetensorsFormat.Float32);
        json.WriteStartArray(SafetensorsFormat.Shape);
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            json.WriteNumberValue(shape[axis]);
        }

        json.WriteEndArray();
        json.WriteStartArray(SafetensorsFormat.DataOffsets);
        json.WriteNumberValue((long)_starts[index] * sizeof(float));
        json.WriteNumberValue((long)_starts[index + 1] * sizeof(float));
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
