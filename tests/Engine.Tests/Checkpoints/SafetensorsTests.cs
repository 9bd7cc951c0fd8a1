using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Networks;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tests.Data;
using CifarFast.Engine.Tests.Networks;

namespace CifarFast.Engine.Tests.Checkpoints;

public class SafetensorsTests
{
    [Fact]
    public void The_file_is_what_the_format_says()
    {
        using var directory = new TemporaryDirectory();
        string path = Path.Combine(directory.Path, "weights.safetensors");
        using var network = new Network(NetworkCatalog.Reference(), ExecutionPaths.Options(SimdTiers.Best.Name()), batchSize: 1, seed: 3);

        Safetensors.Save(path, network, new Dictionary<string, string> { ["format"] = "pt", ["note"] = "a \"quoted\" note" });

        byte[] file = File.ReadAllBytes(path);
        int headerLength = (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        Assert.Equal(0, headerLength % 8);
        Assert.Equal((byte)'{', file[8]);
        using var header = JsonDocument.Parse(file.AsMemory(8, headerLength));
        Assert.Equal("a \"quoted\" note", header.RootElement.GetProperty("__metadata__").GetProperty("note").GetString());
        ReadOnlySpan<byte> data = file.AsSpan(8 + headerLength);
        long end = 0;
        foreach (Engine.Layers.Parameter parameter in network.Parameters)
        {
            JsonElement tensor = header.RootElement.GetProperty(parameter.Name);
            long[] offsets = [.. tensor.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64())];
            Assert.Equal("F32", tensor.GetProperty("dtype").GetString());
            Assert.Equal(end, offsets[0]);
            end = offsets[1];
            int[] shape = [.. tensor.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];
            Assert.Equal(parameter.Shape.ToString(), string.Join('×', shape));

            float[] expected = new float[parameter.Shape.Count];
            parameter.CopyTo(expected);
            Assert.Equal(expected, MemoryMarshal.Cast<byte, float>(data[(int)offsets[0]..(int)offsets[1]]).ToArray());
        }

        Assert.Equal(data.Length, end);
        Assert.Equal([path], Directory.GetFiles(directory.Path));
    }
}
