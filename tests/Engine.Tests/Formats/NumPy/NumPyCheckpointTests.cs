using System.Runtime.InteropServices;
using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Formats;
using CifarFast.Engine.Formats.NumPy;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Operators;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Data;
using CifarFast.Engine.Tests.Execution;

namespace CifarFast.Engine.Tests.Formats.NumPy;

public sealed class NumPyCheckpointTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void The_reference_network_comes_back_to_its_last_bit()
    {
        string path = _temporary.Below("reference.npz");
        double[] losses = [2.302585092994046, double.NaN, 0.1, double.Epsilon];
        using Network saved = Reference(seed: 3);
        foreach (Parameter bias in saved.Parameters.Where(parameter => parameter.Shape.Rank == 1))
        {
            bias.CopyFrom([.. Enumerable.Range(0, bias.Shape.Count).Select(i => float.Pi / (i - 2.5f))]);
        }

        saved.Parameters[0].CopyFrom([float.Epsilon, -float.Epsilon, -0f, float.MaxValue, float.MinValue, .. new float[427]]);
        NumPyCheckpoint.Save(path, saved, epoch: 12, batch: 345, losses, accuracyHistory: []);
        Assert.Equal([path], Directory.GetFiles(_temporary.Path));

        NumPyCheckpoint checkpoint = NumPyCheckpoint.Find(path)!;
        Assert.Equal((12, 345), (checkpoint.Epoch, checkpoint.Batch));
        Assert.Equal(losses, checkpoint.TrainLossHistory);
        Assert.Empty(checkpoint.TrainAccuracyHistory);
        Assert.Equal(path, checkpoint.Path);
        using Network loaded = Reference(seed: 4);
        Load(path, loaded);
        Assert.True(MemoryMarshal.AsBytes(saved.Values.Span).SequenceEqual(MemoryMarshal.AsBytes(loaded.Values.Span)));
    }

    [Fact]
    public void The_same_checkpoint_is_the_same_file()
    {
        using Network network = SmallNetwork.Create();
        byte[][] files = [.. Enumerable.Range(0, 2).Select(i =>
        {
            string path = _temporary.Below($"{i}.npz");
            NumPyCheckpoint.Save(path, network, epoch: 1, batch: 2, [3], [4]);
            return File.ReadAllBytes(path);
        })];
        Assert.Equal(files[0], files[1]);
    }

    [Theory]
    [InlineData(ZipBytes.Stored)]
    [InlineData(ZipBytes.Deflated)]
    public void Every_value_comes_to_its_place(ushort method)
    {
        using Network network = SmallNetwork.Create();
        string path = Write(SmallNetwork.Archive(SmallNetwork.Arrays(), method));
        NumPyCheckpoint checkpoint = NumPyCheckpoint.Find(path)!;
        Load(path, network);
        Assert.Equal((SmallNetwork.Epoch, SmallNetwork.Batch), (checkpoint.Epoch, checkpoint.Batch));
        Assert.Equal([2.25, 1.5, 0.75], checkpoint.TrainLossHistory);
        SmallNetwork.AssertLoaded(network);
    }

    [Theory]
    [InlineData("(3,)")]
    [InlineData("(1, 3)")]
    [InlineData("(3, 1)")]
    [InlineData("(1, 3, 1, 1)")]
    public void A_bias_may_lie_along_any_axis(string shape)
    {
        double[] values = [.. Enumerable.Range(0, 3).Select(place => SmallNetwork.Value("B1", place))];
        using Network network = SmallNetwork.Create();
        Load(Write(With("B1", NpyBytes.OfFloats(shape, values))), network);
        SmallNetwork.AssertLoaded(network);
    }

    [Fact]
    public void A_bias_of_one_may_be_a_single_number()
    {
        using Network network = SmallNetwork.Of(new Flatten(), new Linear(32, 1));
        Dictionary<string, byte[]> arrays = SmallNetwork.Arrays().Where(array => array.Key[0] is not ('W' or 'B')).ToDictionary();
        arrays["W1"] = NpyBytes.OfFloats("(32, 1)", new double[32]);
        arrays["B1"] = NpyBytes.OfFloats("()", 0.5);
        Load(Write(SmallNetwork.Archive(arrays)), network);
        Assert.Equal([0.5f], SmallNetwork.ValuesOf(network, "1.bias"));
    }

    [Theory]
    [InlineData("|u1", "()", "09", 9)]
    [InlineData(">i4", "(1,)", "00000100", 256)]
    [InlineData("<u8", "(1, 1)", "ffffff7f00000000", int.MaxValue)]
    public void A_count_may_be_of_any_type_of_whole_numbers(string type, string shape, string data, int expected)
    {
        NumPyCheckpoint checkpoint = Read(With("epoch", NpyBytes.Of(type, shape, Convert.FromHexString(data))));
        Assert.Equal(expected, checkpoint.Epoch);
    }

    [Theory]
    [InlineData("<f8", "()", "0000000000001440", "is float64, expected one whole number")]
    [InlineData("|b1", "()", "01", "is bool, expected one whole number")]
    [InlineData("|u1", "(2,)", "0101", "is uint8 2, expected one whole number")]
    [InlineData("|u1", "(0,)", "", "is uint8 0, expected one whole number")]
    [InlineData("|i1", "()", "ff", "is -1, expected 0 to 2,147,483,647")]
    [InlineData("<u4", "()", "00000080", "is 2147483648, expected 0 to")]
    [InlineData("<u8", "()", "ffffffffffffffff", "is 1.8446744073709552E+19, expected 0 to")]
    public void Refuses_what_is_no_count(string type, string shape, string data, string expected) =>
        AssertWrong(With("batch", NpyBytes.Of(type, shape, Convert.FromHexString(data))), $"batch {expected}");

    [Fact]
    public void A_history_may_be_of_whole_numbers() =>
        Assert.Equal([3.0, -1], Read(With("train_acc_history", NpyBytes.Of("|i1", "(2,)", [3, 0xFF]))).TrainAccuracyHistory);

    [Theory]
    [InlineData("()")]
    [InlineData("(2, 2)")]
    public void Refuses_a_history_that_is_no_row(string shape) =>
        AssertWrong(With("train_loss_history", NpyBytes.OfFloats(shape, new double[shape == "()" ? 1 : 4])), "train_loss_history is float64", "expected a row");

    [Theory]
    [InlineData("W1", "(2, 3, 3, 3)", 54, "W1 is float64 2×3×3×3, expected floats of 3×2×3×3: it was made for another network")]
    [InlineData("W2", "(108,)", 108, "W2 is float64 108, expected floats of 4×3×3×3")]
    [InlineData("W3", "(5, 16)", 80, "W3 is float64 5×16, expected floats of 16×5")]
    [InlineData("B1", "(4,)", 4, "B1 is float64 4, expected floats of 3")]
    [InlineData("B2", "(2, 2)", 4, "B2 is float64 2×2, expected floats of 4")]
    [InlineData("B4", "()", 1, "B4 is float64, expected floats of 3")]
    public void Names_an_array_of_another_shape(string key, string shape, int count, string expected) =>
        AssertWrong(With(key, NpyBytes.OfFloats(shape, new double[count])), expected);

    [Fact]
    public void Names_weights_that_are_no_floats() =>
        AssertWrong(With("B1", NpyBytes.Of("|u1", "(3,)", [1, 2, 3])), "B1 is uint8 3, expected floats of 3");

    [Theory]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    [InlineData(double.NegativeInfinity, "-Infinity")]
    [InlineData(1e39, "1E+39")]
    public void Names_weights_that_are_not_finite_in_32_bits(double value, string expected) =>
        AssertWrong(With("B2", NpyBytes.OfFloats("(4,)", 1, 2, value, 3)), $"B2 has the value {expected}, which is no finite 32-bit number");

    [Theory]
    [InlineData("W3")]
    [InlineData("B4")]
    [InlineData("epoch")]
    [InlineData("batch")]
    [InlineData("train_loss_history")]
    [InlineData("train_acc_history")]
    public void Names_a_missing_array(string key)
    {
        Dictionary<string, byte[]> arrays = SmallNetwork.Arrays();
        arrays.Remove(key);
        AssertWrong(SmallNetwork.Archive(arrays), $"{key} is missing");
    }

    [Fact]
    public void Other_arrays_are_ignored_whatever_they_are()
    {
        Dictionary<string, byte[]> arrays = SmallNetwork.Arrays();
        arrays["optimizer"] = NpyBytes.Of("|O", "()", [0x80, 0x04, (byte)'.']);
        arrays["../../W1"] = NpyBytes.OfNumber(1);
        arrays["/etc/cron.d/W1"] = NpyBytes.OfNumber(2);
        arrays["readme.txt"] = [1, 2, 3];
        arrays[""] = [];
        using Network network = SmallNetwork.Create();
        Load(Write(SmallNetwork.Archive(arrays)), network);
        SmallNetwork.AssertLoaded(network);
        Assert.Single(Directory.GetFileSystemEntries(_temporary.Path));
    }

    [Fact]
    public void Refuses_a_checkpoint_that_has_a_layer_more() =>
        AssertWrong(With("W5", NpyBytes.OfFloats("(3, 3)", new double[9])), "W5 is of a layer that the network 'small' does not have");

    [Theory]
    [InlineData("W1")]
    [InlineData("epoch")]
    public void Never_loads_an_object(string key) =>
        AssertWrong(With(key, NpyBytes.Of("|O", "()", [0x80, 0x04, (byte)'.'])), $"{key} is a pickled object, which could run code, and is never loaded");

    [Fact]
    public void Refuses_networks_that_it_has_no_place_for()
    {
        string path = _temporary.Below("odd.npz");
        using Network network = SmallNetwork.Of(new Scale(), new Flatten(), new Linear(32, 3));
        string message = Assert.Throws<CheckpointException>(() => NumPyCheckpoint.Save(path, network, 0, 0, [], [])).Message;
        Assert.Equal("the network 'small' has the layer Scale; NumPy checkpoints are of convolutions, linear layers, ReLU, max-pooling and flattening only", message);
        Assert.Empty(Directory.GetFiles(_temporary.Path));
        string archive = Write(SmallNetwork.Archive(SmallNetwork.Arrays()));
        Assert.Equal(message, Assert.Throws<CheckpointException>(() => Load(archive, network)).Message);
    }

    [Fact]
    public void Does_not_save_what_is_of_no_use()
    {
        string path = _temporary.Below("nan.npz");
        using Network network = SmallNetwork.Create();
        network.Parameters.Single(parameter => parameter.Name == "3.bias").CopyFrom([1, 2, 3, float.NaN]);
        Assert.Contains("B2", Assert.Throws<CheckpointException>(() => NumPyCheckpoint.Save(path, network, 0, 0, [], [])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => NumPyCheckpoint.Save(path, network, -1, 0, [], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => NumPyCheckpoint.Save(path, network, 0, -1, [], []));
        Assert.Empty(Directory.GetFiles(_temporary.Path));
    }

    [Fact]
    public void Says_what_is_wrong_with_a_path()
    {
        AssertWrong(_temporary.Below("nothing.npz"), "does not exist");
        AssertWrong(_temporary.Below("no", "such", "directory.npz"), "does not exist");
        AssertWrong(_temporary.Path, "is a directory, expected a file");
        AssertWrong("", "cannot be read");
    }

    private static Network Reference(ulong seed) =>
        new(NetworkCatalog.Reference(), ExecutionPaths.Options(SimdTiers.Best.Name()), batchSize: 1, seed);

    private static byte[] With(string key, byte[] array) =>
        SmallNetwork.Archive(new Dictionary<string, byte[]>(SmallNetwork.Arrays()) { [key] = array });

    private static TensorAssignment Load(string path, Network network)
    {
        using var file = WeightsFile.Open(path);
        return file.CopyTo(network);
    }

    private NumPyCheckpoint Read(byte[] archive) => NumPyCheckpoint.Find(Write(archive))!;

    private void AssertWrong(byte[] archive, params string[] expected) => AssertWrong(Write(archive), expected);

    /// <summary>Nothing of a checkpoint that has a fault anywhere may come to the network.</summary>
    private static void AssertWrong(string path, params string[] expected)
    {
        using Network network = SmallNetwork.Create();
        float[] before = network.Values.ToArray();
        string message = Assert.Throws<CheckpointException>(() =>
        {
            NumPyCheckpoint.Find(path);
            Load(path, network);
        }).Message;
        Assert.All(expected, part => Assert.Contains(part, message));
        Assert.StartsWith(path, message);
        Assert.DoesNotContain('\n', message);
        Assert.Equal(before, network.Values.ToArray());
    }

    private string Write(byte[] archive)
    {
        string path = _temporary.Below("checkpoint.npz");
        File.WriteAllBytes(path, archive);
        return path;
    }

    /// <summary>A layer that no NumPy checkpoint knows.</summary>
    private sealed record Scale : Layer
    {
        internal override InPlaceKind InPlace => InPlaceKind.View;

        public override Shape OutputShape(Shape input) => input;

        public override string ToString() => "Scale";

        internal override Operator CreateOperator(OperatorContext context) => new FlattenOperator(context);
    }
}
