using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace CifarFast.Trainer.Tests;

/// <summary>A safetensors file, read by what its format says and nothing of what writes it.</summary>
internal sealed class WeightsFile
{
    private readonly byte[] _file;
    private readonly JsonElement _header;

    private WeightsFile(byte[] file, JsonElement header, int dataStart)
    {
        _file = file;
        _header = header;
        DataStart = dataStart;
    }

    /// <summary>The bytes of all tensors.</summary>
    public ReadOnlySpan<byte> Data => _file.AsSpan(DataStart);

    /// <summary>The names of the tensors with their shapes, as <c>0.weight 16,3,3,3</c>, in their order in the file.</summary>
    public string[] Tensors =>
    [
        .. _header.EnumerateObject()
            .Where(entry => entry.Name != "__metadata__")
            .OrderBy(entry => entry.Value.GetProperty("data_offsets")[0].GetInt64())
            .Select(entry => $"{entry.Name} {string.Join(',', entry.Value.GetProperty("shape").EnumerateArray())}"),
    ];

    private int DataStart { get; }

    /// <summary>Reads the weights of a run.</summary>
    public static WeightsFile Load(string runDirectory) => Read(Path.Combine(runDirectory, "weights.safetensors"));

    /// <summary>Reads a file.</summary>
    public static WeightsFile Read(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        int length = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file));
        using var header = JsonDocument.Parse(file.AsMemory(sizeof(ulong), length));
        return new WeightsFile(file, header.RootElement.Clone(), sizeof(ulong) + length);
    }

    /// <summary>A text of the file's metadata.</summary>
    public string? Metadata(string name) => _header.GetProperty("__metadata__").GetProperty(name).GetString();

    /// <summary>The numbers of a tensor.</summary>
    public float[] Values(string name)
    {
        JsonElement tensor = _header.GetProperty(name);
        Assert.Equal("F32", tensor.GetProperty("dtype").GetString());
        JsonElement offsets = tensor.GetProperty("data_offsets");
        return MemoryMarshal.Cast<byte, float>(Data[offsets[0].GetInt32()..offsets[1].GetInt32()]).ToArray();
    }
}
