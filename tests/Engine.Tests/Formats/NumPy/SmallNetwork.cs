using CifarFast.Engine.Layers;
using CifarFast.Engine.Networks;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Networks;

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
        new(new Sequential("small", new Shape(2, 4, 4), layers), ExecutionPaths.Options(SimdTiers.Best.Name()), batchSize: 1, seed: 5);

    /// <summary>An element of an array, by its place in row-major order.</summary>
    public static double Value(string key, int place)
    {
        int number = key[1] - '0';
        return ((((place * 37) + (11 * number) + (key[0] == 'B' ? 7 : 0)) % 101) - 50) / 64.0;
    }

    /// <summary>The arrays of a whole checkpoint, as files of the archive.</summary>
    public static Dictionary<string, byte[]> Arrays()
    {
        Dictionary<string, byte[]> arrays = _arrays.ToDictionary(
            array => array.Key,
            array => NpyBytes.OfFloats(
                array.Sizes.Length == 1 ? $"({array.Sizes[0]},)" : $"({string.Join(", ", array.Sizes)})",
                [.. Enumerable.Range(0, array.Sizes.Aggregate((product, size) => product * size)).Select(place => Value(array.Key, place))]));
        arrays["epoch"] = NpyBytes.OfNumber(Epoch);
        arrays["batch"] = NpyBytes.OfNumber(Batch);
        arrays["train_loss_history"] = NpyBytes.OfFloats("(3,)", 2.25, 1.5, 0.75);
        arrays["train_acc_history"] = NpyBytes.OfFloats("(0,)");
        return arrays;
    }

    /// <summary>The archive of some arrays.</summary>
    public static byte[] Archive(Dictionary<string, byte[]> arrays, ushort method = ZipBytes.Stored) =>
        ZipBytes.Archive(arrays.Select(array => new ZipBytes(array.Key + ".npy", array.Value) { Method = method }));

    /// <summary>Makes sure that a network has the values of the formula, each in its place.</summary>
    public static void AssertLoaded(Network network)
    {
        foreach ((string layer, int number) in new[] { ("0", 1), ("3", 2), ("6", 3), ("8", 4) })
        {
            float[] weights = ValuesOf(network, $"{layer}.weight");
            (_, int[] sizes) = _arrays[number - 1];
            for (int place = 0; place < weights.Length; place++)
            {
                // PyTorch keeps what a linear layer is made of as out × in.
                int inNumPy = sizes.Length == 2 ? (place % sizes[0] * sizes[1]) + (place / sizes[0]) : place;
                Assert.Equal(Value($"W{number}", inNumPy), weights[place]);
            }

            float[] biases = ValuesOf(network, $"{layer}.bias");
            Assert.Equal(Enumerable.Range(0, biases.Length).Select(place => (float)Value($"B{number}", place)), biases);
        }
    }

    public static float[] ValuesOf(Network network, string name)
    {
        Parameter parameter = network.Parameters.Single(parameter => parameter.Name == name);
        float[] values = new float[parameter.Shape.Count];
        parameter.CopyTo(values);
        return values;
    }
}
