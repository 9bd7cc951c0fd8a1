using CifarFast.Engine.Data;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Formats.Onnx;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Randomness;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Execution;

namespace CifarFast.Engine.Tests.Formats.Onnx;

/// <summary>Networks with random parameters, biases too, what they make of samples in PyTorch's order, and their models.</summary>
internal static class Exported
{
    public static OnnxMetadata NoMetadata { get; } = new() { ProgramVersion = "1.2.3" };

    public static Network Network(Architecture architecture, int batchSize, ulong seed) =>
        Network(architecture, SimdTiers.Best.Name(), batchSize, seed);

    public static Network Network(Architecture architecture, string path, int batchSize, ulong seed)
    {
        var network = new Network(architecture, ExecutionPaths.Options(path), batchSize, seed);
        var random = new Xoshiro256(seed, 99);
        foreach (Parameter bias in network.Parameters.Where(parameter => parameter.Shape.Rank == 1))
        {
            bias.CopyFrom(Samples(ref random, bias.Shape, count: 1));
        }

        // Positive, as one of them may be a variance.
        foreach (StateTensor buffer in network.StateTensors.Where(tensor => tensor is not Parameter))
        {
            buffer.CopyFrom([.. Samples(ref random, buffer.Shape, count: 1).Select(value => 0.25f + Math.Abs(value))]);
        }

        return network;
    }

    public static float[] Samples(Architecture architecture, int count, ulong seed)
    {
        var random = new Xoshiro256(seed, 98);
        return Samples(ref random, architecture.InputShape, count);
    }

    /// <summary>Images as ONNX Runtime gets them: without the engine, by what the model says of its input.</summary>
    public static float[] Samples(ImageSet images, int first, int count) =>
        [.. Enumerable.Range(first, count).SelectMany(index => images.Pixels(index).ToArray()).Select(pixel => pixel / 255f)];

    /// <summary>What the network makes of samples, in PyTorch's order, as many as it takes at once.</summary>
    public static float[] Outputs(Network network, float[] samples)
    {
        // In training it would go by the statistics of the batch.
        network = network.Architecture.Layers.Any(layer => layer is BatchNorm2d) ? network.WithoutGradients(network.BatchSize) : network;
        int features = network.Architecture.InputShape.Count;
        for (int i = 0; i < samples.Length; i++)
        {
            network.Input.Sample(i / features)[network.Input.Layout.OffsetOfFeature(i % features)] = samples[i];
        }

        return Forward(network, samples.Length / features);
    }

    /// <summary>What the network makes of images that come in as they do in training.</summary>
    public static float[] Outputs(Network network, ImageSet images)
    {
        network.Load(new Batch(images));
        return Forward(network, images.Count);
    }

    public static byte[] Model(Network network, OnnxMetadata? metadata = null, bool probabilities = false, int? operatorSet = null)
    {
        using var stream = new MemoryStream();
        OnnxModel.Write(stream, network, metadata ?? NoMetadata, probabilities, operatorSet);
        return stream.ToArray();
    }

    /// <summary>The largest difference of two elements; infinite where one is not a number, which a maximum would pass over.</summary>
    public static float LargestDifference(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        return expected.Zip(actual, (one, other) => float.IsNaN(one - other) ? float.PositiveInfinity : Math.Abs(one - other)).Max();
    }

    private static float[] Forward(Network network, int count)
    {
        network.Forward(count);
        SampleLayout layout = network.Output.Layout;
        float[] outputs = new float[count * layout.Features];
        for (int i = 0; i < outputs.Length; i++)
        {
            outputs[i] = network.Output.Sample(i / layout.Features)[layout.OffsetOfFeature(i % layout.Features)];
        }

        return outputs;
    }

    private static float[] Samples(ref Xoshiro256 random, Shape shape, int count)
    {
        float[] samples = new float[shape.Count * count];
        foreach (ref float value in samples.AsSpan())
        {
            value = random.NextSingle(-1, 1);
        }

        return samples;
    }
}
