using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Formats;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Data;
using CifarFast.Engine.Tests.Execution;
using CifarFast.Engine.Tests.Training;
using CifarFast.Engine.Training;

namespace CifarFast.Engine.Tests.Checkpoints;

/// <summary>Batch normalisation's <c>num_batches_tracked</c> in files: a single 64-bit whole number, as PyTorch has it.</summary>
public sealed class BatchCountTests : IDisposable
{
    private const string Name = "1.num_batches_tracked";
    private const string Present = $"\"{Name}\":{{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]}}";

    private readonly TemporaryDirectory _temporary = new();
    private readonly Network _network = Create(seed: 1);

    public BatchCountTests() => _network.StateTensors.Single(tensor => tensor.Name == Name).CopyFrom([7]);

    public void Dispose()
    {
        _network.Dispose();
        _temporary.Dispose();
    }

    [Fact]
    public void It_is_written_as_PyTorch_has_it_and_before_the_floats_so_that_it_is_aligned()
    {
        RawSafetensors raw = Write();
        Assert.Contains(Present, raw.Header, StringComparison.Ordinal);
        Assert.Equal(7, BitConverter.ToInt64(raw.Data));
        Assert.Contains("\"0.weight\":{\"dtype\":\"F32\",\"shape\":[5,3,3,3],\"data_offsets\":[8,548]}", raw.Header, StringComparison.Ordinal);
    }

    /// <summary>Earlier versions wrote one float in a row.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_is_read_as_it_is_written_and_was(bool before)
    {
        byte[] file = (before ? Before(7) : Write()).ToBytes();
        float[] expected = [.. _network.StateTensors.SelectMany(TrainingFixture.Values)];

        using Network resumed = Create(seed: 2);
        TinyRun.Read(file).CopyTo(resumed);
        Assert.Equal(expected, resumed.StateTensors.SelectMany(TrainingFixture.Values));

        using Network loaded = Create(seed: 2);
        string path = _temporary.Below("weights.safetensors");
        File.WriteAllBytes(path, file);
        using var weights = WeightsFile.Open(path);
        weights.CopyTo(loaded);
        Assert.Equal(expected, loaded.StateTensors.SelectMany(TrainingFixture.Values));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0.5f)]
    [InlineData(float.NaN)]
    public void What_is_no_count_is_refused(float value)
    {
        CheckpointException error = Assert.Throws<CheckpointException>(() => TinyRun.Read(Before(value).ToBytes()).CopyTo(_network));
        Assert.Contains($"in tensor '{Name}', which is no count", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"dtype\":\"F64\",\"shape\":[]", "F64")]
    [InlineData("\"dtype\":\"I64\",\"shape\":[1]", "I64 1")]
    public void Other_types_and_shapes_are_named(string described, string printed)
    {
        RawSafetensors raw = Write();
        string header = raw.Header.Replace(Present, $"\"{Name}\":{{{described},\"data_offsets\":[0,8]}}", StringComparison.Ordinal);
        CheckpointException error = Assert.Throws<CheckpointException>(() => TinyRun.Read((raw with { Header = header }).ToBytes()).CopyTo(_network));
        Assert.Contains($"has tensor '{Name}' as {printed}, expected I64: it was made for another network", error.Message, StringComparison.Ordinal);
    }

    private static Network Create(ulong seed)
    {
        var architecture = new Architecture(
            "normalised", new Shape(3, 4, 4), new Conv2d(3, 5, KernelSize: 3, Bias: false), new BatchNorm2d(5), new Flatten(), new Linear(20, 2));
        return new Network(architecture, ExecutionPaths.Options("naive"), batchSize: 2, seed);
    }

    private RawSafetensors Write()
    {
        using var file = new MemoryStream();
        Checkpoint.Write(file, _network, new TrainingState(), new Dictionary<string, string>());
        return RawSafetensors.Of(file.ToArray());
    }

    /// <summary>The file with the count as a float, and another one in the bytes that this leaves.</summary>
    private RawSafetensors Before(float count)
    {
        RawSafetensors raw = Write();
        const string Floats = $"\"{Name}\":{{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}},\"more\":{{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}";
        return new RawSafetensors(
            raw.Header.Replace(Present, Floats, StringComparison.Ordinal), [.. BitConverter.GetBytes(count), .. new byte[4], .. raw.Data[8..]]);
    }
}
