using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Data;

namespace CifarFast.Engine.Tests.Checkpoints;

/// <summary>What is written is what the format (https://huggingface.co/docs/safetensors) says, under the names PyTorch would give.</summary>
public sealed class SafetensorsTests : IDisposable
{
    /// <summary>The <c>state_dict</c> of the same <c>torch.nn.Sequential</c>: layers without parameters count, too.</summary>
    private static readonly (string Name, int[] Shape)[] _pyTorch =
    [
        ("0.weight", [16, 3, 3, 3]),
        ("0.bias", [16]),
        ("2.weight", [32, 16, 3, 3]),
        ("2.bias", [32]),
        ("5.weight", [64, 32, 3, 3]),
        ("5.bias", [64]),
        ("7.weight", [128, 64, 3, 3]),
        ("7.bias", [128]),
        ("11.weight", [128, 8192]),
        ("11.bias", [128]),
        ("13.weight", [10, 128]),
        ("13.bias", [10]),
    ];

    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Weights_are_written_as_the_format_says()
    {
        using var run = new ReferenceRun(momentum: 0);
        string path = _temporary.Below("weights.safetensors");

        Safetensors.Save(path, run.Session.Network, new Dictionary<string, string> { ["format"] = "pt", ["note"] = "a \"quoted\" note, größer 😀\u0001" });

        byte[] file = File.ReadAllBytes(path);
        JsonElement header = AssertFormat(file);
        Assert.Equal("a \"quoted\" note, größer 😀\u0001", header.GetProperty("__metadata__").GetProperty("note").GetString());
        AssertTensors(file, run.Tensors());
        Assert.Equal([path], Directory.GetFiles(_temporary.Path));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.9f)]
    public void A_checkpoint_is_written_as_the_format_says(float momentum)
    {
        using var run = new ReferenceRun(momentum);
        string path = run.Save(_temporary.Path);

        byte[] file = File.ReadAllBytes(path);
        JsonElement header = AssertFormat(file);
        Assert.Equal("pt", header.GetProperty("__metadata__").GetProperty("format").GetString());
        AssertTensors(file, run.Tensors());
    }

    /// <summary>Every length the header can have before it is filled up.</summary>
    [Fact]
    public void Tensors_are_aligned_whatever_is_in_front_of_them()
    {
        var lengths = new HashSet<int>();
        for (int length = 0; length < 8; length++)
        {
            var image = new SafetensorsImage([Tensor("a", new(3)), Tensor("b", new(2, 2))]);
            var file = new MemoryStream();
            image.WriteTo(file, new Dictionary<string, string> { ["note"] = new string('x', length) });
            AssertFormat(file.ToArray());
            lengths.Add(RawSafetensors.Of(file.ToArray()).Header.TrimEnd(' ').Length % 8);
        }

        Assert.Equal(8, lengths.Count);
    }

    [Fact]
    public void Names_shapes_and_order_are_those_of_a_PyTorch_state_dict()
    {
        using var run = new ReferenceRun(momentum: 0.9f);
        using var header = JsonDocument.Parse(RawSafetensors.Of(File.ReadAllBytes(run.Save(_temporary.Path))).Header);

        (string Name, string Shape)[] tensors =
        [
            .. header.RootElement.EnumerateObject().Where(member => member.Name != "__metadata__")
                .Select(member => (member.Name, member.Value.GetProperty("shape").GetRawText())),
        ];

        (string Name, string Shape)[] parameters = [.. _pyTorch.Select(tensor => (tensor.Name, $"[{string.Join(',', tensor.Shape)}]"))];
        Assert.Equal([.. parameters, .. parameters.Select(tensor => ($"optimizer.momentum_buffer.{tensor.Name}", tensor.Shape))], tensors);
    }

    private static StateTensor Tensor(string name, Shape shape) => new(name, shape, ParameterLayout.Dense(shape.Count), new float[shape.Count]);

    private static JsonElement AssertFormat(byte[] file)
    {
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(file);
        Assert.InRange(length, 2UL, (ulong)(file.Length - 8));
        Assert.Equal(0UL, length % 8);
        ReadOnlyMemory<byte> bytes = file.AsMemory(8, (int)length);
        Assert.Equal((byte)'{', bytes.Span[0]);
        int end = bytes.Span.LastIndexOf((byte)'}') + 1;
        Assert.InRange(bytes.Length - end, 0, 7);
        Assert.False(bytes.Span[end..].ContainsAnyExcept((byte)' '), "the header is filled up with something else than spaces");

        JsonElement header = JsonDocument.Parse(bytes, new JsonDocumentOptions { AllowDuplicateProperties = false }).RootElement;
        long offset = 0;
        foreach (JsonProperty member in header.EnumerateObject())
        {
            if (member.Name == "__metadata__")
            {
                Assert.All(member.Value.EnumerateObject(), text => Assert.Equal(JsonValueKind.String, text.Value.ValueKind));
                continue;
            }

            Assert.Equal(["dtype", "shape", "data_offsets"], member.Value.EnumerateObject().Select(part => part.Name));
            Assert.Equal("F32", member.Value.GetProperty("dtype").GetString());
            long count = member.Value.GetProperty("shape").EnumerateArray().Aggregate(1L, (product, size) => product * size.GetInt64());
            Assert.Equal($"[{offset},{offset + (count * 4)}]", member.Value.GetProperty("data_offsets").GetRawText());
            offset += count * 4;
        }

        Assert.Equal((long)file.Length - 8 - bytes.Length, offset);
        return header;
    }

    private static void AssertTensors(byte[] file, IEnumerable<(string Name, float[] Values)> tensors)
    {
        RawSafetensors raw = RawSafetensors.Of(file);
        using var header = JsonDocument.Parse(raw.Header);
        int count = 0;
        foreach ((string name, float[] values) in tensors)
        {
            int[] offsets = [.. header.RootElement.GetProperty(name).GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt32())];
            Assert.True(values.AsSpan().SequenceEqual(MemoryMarshal.Cast<byte, float>(raw.Data.AsSpan(offsets[0]..offsets[1]))), name);
            count++;
        }

        Assert.Equal(count + 1, header.RootElement.EnumerateObject().Count());
    }
}
