using CifarFast.Engine.Execution;
using CifarFast.Engine.Formats;
using CifarFast.Engine.Formats.NumPy;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Execution;

namespace CifarFast.Engine.Tests.Formats.NumPy;

/// <summary>
/// A network of the same kind as the reference one, and a checkpoint of it. Its values are a formula that numpy_reference.py has,
/// too, and all are exact in 16 bits.
/// </summary>
internal static class SmallNetwork
{
    public const int Epoch = 7;
    public const int Batch = 120;

    /// <summary>The arrays: key, sizes, and for a linear layer the number of its outputs.</summary>
    private static readonly (string Key, int[] Sizes)[] _arrays =
    [
        ("W1", [3, 2, 3, 3]), ("W2", [4, 3, 3, 3]), ("W3", [16, 5]), ("W4", [5, 3]),
        ("B1", [3]), ("B2", [4]), ("B3", [5]), ("B4", [3]),
    ];

    public static Network Create() => Of(
        new Conv2d(2, 3, KernelSize: 3, Padding: 1),
        new ReLU(),
        new MaxPool2d(2),
        new Conv2d(3, 4, KernelSize: 3, Padding: 1),
        new ReLU(),
        new Flatten(),
        new Linear(16, 5),
        new ReLU(),
        new Linear(5, 3));

    public static Network Of(params IReadOnlyList<Layer> layers) =>
        new(new Architecture("small", new Shape(2, 4, 4), layers), ExecutionPaths.Options(SimdTiers.Best.Name()), batchSize: 1, seed: 5);

    /// <summary>An element of an array, by its place in row-major order.</summary>
    public static double Value(string key, int place)
    {
        int number = key[1] - '0';
        return ((((place * 37) + (11 * number) + (key[0] == 'B' ? 7 : 0)) % 101) - 50) / 64.0;
    }

    /// <summary>The weights as a NumPy program has them.</summary>
    public static IEnumerable<(string Key, int[] Sizes, double[] Values)> Parts() => _arrays.Select(array => (
        array.Key,
        array.Sizes,
        Enumerable.Range(0, array.Sizes.Aggregate((product, size) => product * size)).Select(place => Value(array.Key, place)).ToArray()));

    /// <summary>The arrays of a whole checkpoint, as files of the archive.</summary>
    public static Dictionary<string, byte[]> Arrays()
    {
        Dictionary<string, byte[]> arrays = Parts().ToDictionary(
            part => part.Key,
            part => NpyBytes.OfFloats(part.Sizes.Length == 1 ? $"({part.Sizes[0]},)" : $"({string.Join(", ", part.Sizes)})", part.Values));
        arrays["epoch"] = NpyBytes.OfNumber(Epoch);
        arrays["batch"] = NpyBytes.OfNumber(Batch);
        arrays["train_loss_history"] = NpyBytes.OfFloats("(3,)", 2.25, 1.5, 0.75);
        arrays["train_acc_history"] = NpyBytes.OfFloats("(0,)");
        return arrays;
    }

    /// <summary>The archive of some arrays.</summary>
    public static byte[] Archive(Dictionary<string, byte[]> arrays, ushort method = ZipBytes.Stored) =>
        ZipBytes.Archive(arrays.Select(array => new ZipBytes(array.Key + ".npy", array.Value) { Method = method }));

    /// <summary>Reads a checkpoint and its weights, as import does.</summary>
    public static NumPyCheckpoint? Load(string name, byte[] archive, Network network)
    {
        using var file = NpzFile.Open(name, () => new MemoryStream(archive));
        NumPyCheckpoint? checkpoint = NumPyCheckpoint.Find(file);
        using var weights = new WeightsFile(new NpzWeights(file));
        weights.CopyTo(network);
        return checkpoint;
    }

    /// <summary>Makes sure that a network has the values of the formula, each in its place.</summary>
    public static void AssertLoaded(Network network)
    {
        foreach ((string name, float[] values) in Expected())
        {
            Assert.Equal(values, ValuesOf(network, name));
        }
    }

    /// <summary>Gives a network the values of the formula.</summary>
    public static void Fill(Network network)
    {
        foreach ((string name, float[] values) in Expected())
        {
            network.Parameters.Single(parameter => parameter.Name == name).CopyFrom(values);
        }
    }

    /// <summary>Gives a network zeros.</summary>
    public static void Clear(Network network) => network.Values.Span.Clear();

    public static float[] ValuesOf(Network network, string name)
    {
        Parameter parameter = network.Parameters.Single(parameter => parameter.Name == name);
        float[] values = new float[parameter.Shape.Count];
        parameter.CopyTo(values);
        return values;
    }

    /// <summary>The values of the formula under PyTorch's names and in its order: what a linear layer is made of is out × in.</summary>
    private static IEnumerable<(string Name, float[] Values)> Expected()
    {
        foreach ((string layer, int number) in new[] { ("0", 1), ("3", 2), ("6", 3), ("8", 4) })
        {
            (_, int[] sizes) = _arrays[number - 1];
            int InNumPy(int place) => sizes.Length == 2 ? (place % sizes[0] * sizes[1]) + (place / sizes[0]) : place;
            int count = sizes.Aggregate((product, size) => product * size);
            yield return ($"{layer}.weight", [.. Enumerable.Range(0, count).Select(place => (float)Value($"W{number}", InNumPy(place)))]);
            yield return ($"{layer}.bias", [.. Enumerable.Range(0, sizes.Length == 2 ? sizes[1] : sizes[0]).Select(place => (float)Value($"B{number}", place))]);
        }
    }
}
