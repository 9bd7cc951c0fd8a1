using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CifarFast.Engine.Layers;
using CifarFast.Engine.Networks;
using CifarFast.Engine.Tensors;
using CommunityToolkit.HighPerformance.Buffers;

namespace CifarFast.Engine.Checkpoints;

/// <summary>
/// Writes the safetensors format (https://huggingface.co/docs/safetensors): eight bytes of header length, a JSON header padded
/// with spaces to a multiple of eight, then the tensors one after another, little-endian.
/// </summary>
public static class Safetensors
{
    private const int Alignment = 8;

    /// <summary>
    /// Writes the parameters of a network with the names, shapes and order of a PyTorch <c>state_dict</c>, in 32-bit floats.
    /// </summary>
    /// <param name="path">The file to write. It is written under a temporary name first, so a crash never leaves half of it.</param>
    /// <param name="network">Whose parameters.</param>
    /// <param name="metadata">Strings for the header's <c>__metadata__</c>.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Save(string path, Network network, IReadOnlyDictionary<string, string> metadata)
    {
        string temporary = path + ".tmp";
        using (FileStream file = File.Create(temporary))
        {
            WriteHeader(file, network.Parameters, metadata);
            foreach (Parameter parameter in network.Parameters)
            {
                WriteValues(file, parameter);
            }

            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    private static void WriteHeader(Stream file, IReadOnlyList<Parameter> parameters, IReadOnlyDictionary<string, string> metadata)
    {
        using var header = new ArrayPoolBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(header, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            foreach ((string key, string value) in metadata)
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
            long offset = 0;
            foreach (Parameter parameter in parameters)
            {
                json.WriteStartObject(parameter.Name);
                json.WriteString("dtype", "F32");
                json.WriteStartArray("shape");
                for (int axis = 0; axis < parameter.Shape.Rank; axis++)
                {
                    json.WriteNumberValue(parameter.Shape[axis]);
                }

                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                offset += (long)parameter.Shape.Count * sizeof(float);
                json.WriteNumberValue(offset);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        int padding = -header.WrittenCount & (Alignment - 1);
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)(header.WrittenCount + padding));
        file.Write(length);
        file.Write(header.WrittenSpan);
        file.Write(Encoding.ASCII.GetBytes(new string(' ', padding)));
    }

    private static void WriteValues(Stream file, Parameter parameter)
    {
        using var values = new Tensor(parameter.Shape);
        parameter.CopyTo(values.Span);
        if (!BitConverter.IsLittleEndian)
        {
            Span<int> bits = MemoryMarshal.Cast<float, int>(values.Span);
            BinaryPrimitives.ReverseEndianness(bits, bits);
        }

        file.Write(MemoryMarshal.AsBytes(values.Span));
    }
}
