using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Formats;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Data;
using CifarFast.Engine.Tests.Formats.NumPy;

namespace CifarFast.Engine.Tests.Formats;

/// <summary>Weights of other programs, in every floating type and under names that are not the network's.</summary>
public sealed class WeightsFileTests : IDisposable
{
    /// <summary>The layers of <see cref="SmallNetwork"/> as a module in PyTorch may call them, in and out of order.</summary>
    private static readonly Dictionary<string, string> _attributes = new() { ["0"] = "conv1", ["3"] = "conv2", ["6"] = "fc1", ["8"] = "fc2" };

    private readonly TemporaryDirectory _temporary = new();
    private readonly Network _network = SmallNetwork.Create();

    public void Dispose()
    {
        _network.Dispose();
        _temporary.Dispose();
    }

    [Theory]
    [InlineData("F16")]
    [InlineData("BF16")]
    [InlineData("F32")]
    [InlineData("F64")]
    public void Every_floating_type_is_read(string type)
    {
        Assert.Equal("", Load(SafetensorsBytes.Of(PyTorch(type: type))).Prefix);
        SmallNetwork.AssertLoaded(_network);
    }

    [Fact]
    public void Types_may_differ_from_tensor_to_tensor()
    {
        string[] types = ["F64", "BF16", "F32", "F16"];
        Load(SafetensorsBytes.Of(PyTorch().Select((part, i) => part with { Type = types[i % types.Length] })));
        SmallNetwork.AssertLoaded(_network);
    }

    /// <summary>What lies between two floats goes to the one whose last bit is 0, and what is less than any to 0.</summary>
    [Fact]
    public void Doubles_are_rounded()
    {
        Load(SafetensorsBytes.Of(With("3.bias", "F64", 1 + (1.0 / (1 << 24)), 1 + (3.0 / (1 << 24)), 1e-46, float.MaxValue)));
        Assert.Equal([1, 1 + (2f / (1 << 23)), 0, float.MaxValue], SmallNetwork.ValuesOf(_network, "3.bias"));
    }

    [Theory]
    [InlineData("F64", 1e39, "1E+39")]
    [InlineData("F64", double.NaN, "NaN")]
    [InlineData("F32", float.NegativeInfinity, "-Infinity")]
    [InlineData("F16", double.PositiveInfinity, "Infinity")]
    [InlineData("BF16", double.NaN, "NaN")]
    public void What_is_not_finite_in_32_bits_is_named(string type, double value, string printed) => AssertRefused(
        SafetensorsBytes.Of(With("3.bias", type, 1, 2, value, 3)), $"3.bias has the value {printed}, which is no finite 32-bit number");

    [Theory]
    [InlineData("F8_E4M3")]
    [InlineData("I8")]
    public void Other_types_are_no_weights(string type) =>
        AssertRefused(SafetensorsBytes.Of(With("3.bias", type, 1, 2, 3, 4)), $"3.bias is {type} 4, expected floats of 4: it was made for another network");

    [Theory]
    [InlineData("module.")]
    [InlineData("module._orig_mod.")]
    public void A_prefix_is_taken_away_and_told(string prefix)
    {
        TensorAssignment assignment = Load(SafetensorsBytes.Of(PyTorch(name => prefix + name)));
        Assert.Equal(prefix, assignment.Prefix);
        Assert.Equal(new AssignedTensor("0.weight", $"{prefix}0.weight", "3×2×3×3"), assignment.Tensors[0]);
        SmallNetwork.AssertLoaded(_network);
        SmallNetwork.Clear(_network);
        Assert.Equal(prefix, Load(Npz(PyTorch(name => prefix + name))).Prefix);
        SmallNetwork.AssertLoaded(_network);
    }

    [Fact]
    public void Shapes_tell_layers_of_other_names()
    {
        SafetensorsBytes.Part[] parts = [.. PyTorch(Attribute)];
        TensorAssignment assignment = Load(SafetensorsBytes.Of(parts.Reverse()));
        Assert.Null(assignment.Prefix);
        Assert.Contains(new AssignedTensor("6.weight", "fc1.weight", "5×16"), assignment.Tensors);
        SmallNetwork.AssertLoaded(_network);
        SmallNetwork.Clear(_network);
        Load(Npz(parts));
        SmallNetwork.AssertLoaded(_network);
    }

    [Fact]
    public void Names_are_found_in_Fortran_s_order_too()
    {
        Load(Npz(PyTorch(Attribute), fortranOrder: true));
        SmallNetwork.AssertLoaded(_network);
    }

    /// <summary>As <c>numpy.savez(file, *weights)</c> writes them: shapes tell whose order linear layers have.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Arrays_without_names_are_matched_by_their_shapes(bool transposed)
    {
        SafetensorsBytes.Part[] parts = [.. transposed ? NumPy() : PyTorch()];
        SafetensorsBytes.Part[] numbered = [.. parts.Select((part, i) => part with { Name = $"arr_{i}" })];
        Load(Npz(numbered));
        SmallNetwork.AssertLoaded(_network);
        SmallNetwork.Clear(_network);
        Load(SafetensorsBytes.Of(numbered));
        SmallNetwork.AssertLoaded(_network);
    }

    /// <summary>Two layers with each other's shapes: PyTorch's order of the one is NumPy's of the other.</summary>
    [Fact]
    public void Arrays_that_may_be_in_either_order_are_refused()
    {
        using Network network = SmallNetwork.Of(new Flatten(), new Linear(32, 5), new ReLU(), new Linear(5, 32));
        SafetensorsBytes.Part[] parts = [Zeros("w1", 5, 32), Zeros("b1", 5), Zeros("w2", 32, 5), Zeros("b2", 32)];
        AssertRefused(Npz(parts), network, "neither names nor shapes tell whether its linear layers are out × in or in × out");
        Assert.Equal(
            ["w1", "b1", "w2", "b2"], Load(Npz(parts), network, "w1=1.weight").Tensors.Select(tensor => tensor.Source));
        Assert.Equal(
            ["w2", "w1", "b1", "b2"], Load(Npz(parts), network, "w2=W1").Tensors.Select(tensor => tensor.Source));
    }

    [Fact]
    public void Names_of_NumPy_programs_say_in_whose_order_weights_are()
    {
        Assert.Equal("", Load(Npz(NumPy())).Prefix);
        SmallNetwork.AssertLoaded(_network);
        SmallNetwork.Clear(_network);
        Assert.Equal("", Load(SafetensorsBytes.Of(NumPy())).Prefix);
        SmallNetwork.AssertLoaded(_network);
        SmallNetwork.Clear(_network);
        Assert.Equal("model.", Load(Npz(NumPy(name => $"model.{name}"))).Prefix);
        SmallNetwork.AssertLoaded(_network);

        // Not even where a shape fits the other order only.
        AssertRefused(Npz([.. NumPy().Where(part => part.Name != "W3"), Zeros("W3", 5, 16)]), "W3 is float64 5×16, expected floats of 16×5");
        AssertRefused(SafetensorsBytes.Of([.. NumPy(), Zeros("W5", 3, 3)]), "W5 is of a layer that the network 'small' does not have");
    }

    [Fact]
    public void A_person_may_say_which_is_which()
    {
        SafetensorsBytes.Part[] odd = [.. PyTorch(name => Attribute(name) switch { "fc1.weight" => "v", "fc1.bias" => "c", var other => other })];
        AssertRefused(SafetensorsBytes.Of(odd), "6.bias and 6.weight are missing");
        Assert.Null(Load(SafetensorsBytes.Of(odd), _network, "v=6.weight", "c=6.bias").Prefix);
        SmallNetwork.AssertLoaded(_network);
        AssertRefused(SafetensorsBytes.Of(odd), _network, "it has no tensor 'u', which 'u=6.weight' is about", "u=6.weight");
    }

    [Fact]
    public void What_is_refused_shows_what_is_there()
    {
        var error = Assert.Throws<CheckpointException>(() => Load(SafetensorsBytes.Of([Zeros("a\\u001b[2Jb", 3, 2, 3, 3), Zeros("step") with { Type = "I64" }])));
        Assert.Equal("  expected           in the file", error.Details[0]);
        Assert.Equal("  0.weight  3×2×3×3  a?[2Jb  F64 3×2×3×3", error.Details[1]);
        Assert.Equal("  0.bias    3        step    I64", error.Details[2]);
        Assert.Equal("  8.bias    3", error.Details[^1]);
        Assert.Equal(9, error.Details.Count);
        error = Assert.Throws<CheckpointException>(() => Load(SafetensorsBytes.Of(Enumerable.Range(0, 1000).Select(i => Zeros($"{i}.x", 1)))));
        Assert.Equal(66, error.Details.Count);
        Assert.EndsWith("… and 936 more", error.Details[^1]);
    }

    /// <summary>A checkpoint of this program has the names of its network, or it is damaged.</summary>
    [Fact]
    public void A_checkpoint_that_lacks_a_tensor_is_not_guessed_about()
    {
        const string Metadata = "\"checkpoint_version\":\"1\"";
        Load(SafetensorsBytes.Of(PyTorch(), Metadata));
        SmallNetwork.AssertLoaded(_network);
        AssertRefused(SafetensorsBytes.Of(PyTorch(Attribute), Metadata), "0.weight is missing: it is damaged, or was made for another network");
        AssertRefused(SafetensorsBytes.Of(PyTorch(name => $"module.{name}"), Metadata), "0.weight is missing");
        AssertRefused(SafetensorsBytes.Of(PyTorch(), Metadata), _network, "there is nothing to map", "0.=3.");
    }

    /// <summary>Opening a pipe would wait for a writer.</summary>
    [Fact]
    public void What_is_no_file_of_weights_is_refused()
    {
        Assert.Contains("does not exist", Assert.Throws<CheckpointException>(() => WeightsFile.Open(_temporary.Below("nothing"))).Message);
        Assert.Contains("is a directory", Assert.Throws<CheckpointException>(() => WeightsFile.Open(_temporary.Path)).Message);
        Assert.Contains("is damaged, or no safetensors file", Assert.Throws<CheckpointException>(() => Load([1, 2, 3])).Message);
        Assert.Contains("is damaged, or no .npz file", Assert.Throws<CheckpointException>(() => Load([.. "PK\u0003\u0004 is no archive"u8])).Message);
        Assert.Contains("is a zip archive", Assert.Throws<CheckpointException>(() => Load(ZipBytes.Archive(new ZipBytes("readme", [])))).Message);
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no named pipes among the files of Windows");
        File.CreateSymbolicLink(_temporary.Below("link"), "/dev/zero");
        Assert.Contains("a device", Assert.Throws<CheckpointException>(() => WeightsFile.Open(_temporary.Below("link"))).Message);
    }

    private static string Attribute(string name) => $"{_attributes[name.Split('.')[0]]}.{name.Split('.')[1]}";

    private static SafetensorsBytes.Part Zeros(string name, params int[] sizes) =>
        new(name, "F64", sizes, new double[sizes.Aggregate(1, (product, size) => product * size)]);

    /// <summary>The values of <see cref="SmallNetwork"/> as a PyTorch program has them.</summary>
    private static IEnumerable<SafetensorsBytes.Part> PyTorch(Func<string, string>? rename = null, string type = "F64")
    {
        using Network network = SmallNetwork.Create();
        SmallNetwork.Fill(network);
        return
        [
            .. network.Parameters.Select(parameter => new SafetensorsBytes.Part(
                rename?.Invoke(parameter.Name) ?? parameter.Name,
                type,
                SizesOf(parameter.Shape),
                [.. SmallNetwork.ValuesOf(network, parameter.Name).Select(value => (double)value)])),
        ];
    }

    /// <summary>The same as a NumPy program has them.</summary>
    private static IEnumerable<SafetensorsBytes.Part> NumPy(Func<string, string>? rename = null) => SmallNetwork.Parts()
        .Select(part => new SafetensorsBytes.Part(rename?.Invoke(part.Key) ?? part.Key, "F64", part.Sizes, part.Values));

    private static int[] SizesOf(Shape shape) => [.. Enumerable.Range(0, shape.Rank).Select(axis => shape[axis])];

    private static IEnumerable<SafetensorsBytes.Part> With(string name, string type, params double[] values) =>
        PyTorch().Select(part => part.Name == name ? part with { Type = type, Values = values } : part);

    private static byte[] Npz(IEnumerable<SafetensorsBytes.Part> parts, bool fortranOrder = false) => ZipBytes.Archive(parts.Select(part =>
    {
        double[] values = [.. part.Values];
        string shape = part.Sizes.Length == 1 ? $"({part.Sizes[0]},)" : $"({string.Join(", ", part.Sizes)})";
        double[] ordered = fortranOrder ? [.. Enumerable.Range(0, values.Length).Select(place => values[RowMajor(part.Sizes, place)])] : values;
        return new ZipBytes($"{part.Name}.npy", NpyBytes.Of("<f8", shape, [.. ordered.SelectMany(BitConverter.GetBytes)], fortranOrder));
    }));

    /// <summary>Where in row-major order the element is that is at a place of Fortran's.</summary>
    private static int RowMajor(int[] sizes, int place)
    {
        int rowMajor = 0;
        for (int axis = 0; axis < sizes.Length; axis++)
        {
            rowMajor += place % sizes[axis] * sizes[(axis + 1)..].Aggregate(1, (product, size) => product * size);
            place /= sizes[axis];
        }

        return rowMajor;
    }

    private TensorAssignment Load(byte[] content) => Load(content, _network);

    private TensorAssignment Load(byte[] content, Network network, params string[] mappings)
    {
        string path = _temporary.Below("weights");
        File.WriteAllBytes(path, content);
        using var file = WeightsFile.Open(path);
        return file.CopyTo(network, [.. mappings.Select(text => TensorMapping.TryParse(text, out TensorMapping? mapping) ? mapping : throw new ArgumentException(text))]);
    }

    private void AssertRefused(byte[] content, string expected) => AssertRefused(content, _network, expected);

    /// <summary>Nothing of a file that has a fault anywhere may come to the network.</summary>
    private void AssertRefused(byte[] content, Network network, string expected, params string[] mappings)
    {
        float[] before = network.Values.ToArray();
        string message = Assert.Throws<CheckpointException>(() => Load(content, network, mappings)).Message;
        Assert.Contains(expected, message);
        Assert.StartsWith(_temporary.Path, message);
        Assert.DoesNotContain(message, char.IsControl);
        Assert.Equal(before, network.Values.ToArray());
    }
}
