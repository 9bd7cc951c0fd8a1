using System.Globalization;
using CifarFast.Engine.Data;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Kernels.Convolution;
using CifarFast.Engine.Losses;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Training;
using CifarFast.Engine.Training;
using CommunityToolkit.HighPerformance;

namespace CifarFast.Engine.Tests.Kernels.Convolution;

/// <summary>How much more Winograd's algorithm rounds than the direct one, on activations, weights and gradients of a network that has been trained for a while.</summary>
public class WinogradErrorTests
{
    private const int SampleCount = 4;
    private const double MostTimes = 6;

    private static readonly Lazy<Network> _trained = new(Train);

    /// <summary>The convolutions of the reference network that it computes by Winograd's algorithm.</summary>
    public static TheoryData<int> Layers => [2, 5, 7];

    [Theory]
    [MemberData(nameof(Layers))]
    public void Errors_of_all_passes_are_at_most_six_times_those_of_the_direct_algorithm(int layer)
    {
        (ConvolutionGeometry geometry, float[][] inputs, float[][] outputGradients, float[] weight) = Real(layer);
        IReadOnlyList<double[]> exact = Exact(geometry, inputs, outputGradients, weight);
        IReadOnlyList<double> direct = Errors(ConvolutionKind.Direct);
        IReadOnlyList<double> winograd = Errors(ConvolutionKind.Winograd);
        foreach ((string pass, double one, double other) in new[] { "forward", "data", "weights" }.Zip(direct, winograd))
        {
            Assert.True(other <= MostTimes * one, $"{pass}: {other / one:F2} times the error of the direct algorithm");
        }

        IReadOnlyList<double> Errors(ConvolutionKind kind) =>
            [.. Compute(kind, geometry, inputs, outputGradients, weight).Zip(exact, (computed, right) => Math.Sqrt(computed.Zip(right, (a, b) => (a - b) * (a - b)).Sum()))];
    }

    private static Network Train()
    {
        var network = new Network(NetworkCatalog.Reference(), new ExecutionOptions(), batchSize: 20, seed: 1);
        var session = new TrainingSession(
            network, new TrainingData(TrainingFixture.Images.Train), new Recipe { Optimizer = new SGD(0.01f, Momentum: 0.9f), BatchSize = 20, Epochs = 1000, MaxSteps = 60 });
        session.Run(new Recorder(), TestContext.Current.CancellationToken);
        return network;
    }

    /// <summary>What goes into a convolution of the trained network, the gradient of its output, and its weight.</summary>
    private static (ConvolutionGeometry Geometry, float[][] Inputs, float[][] OutputGradients, float[] Weight) Real(int layer)
    {
        Architecture whole = _trained.Value.Architecture;
        Layer[] layers = [.. whole.Graph.Nodes.Select(node => node.Layer)];
        Shape[] shapes = [.. whole.Graph.Shapes];
        ImageSet images = TrainingFixture.Images.Train.Take(SampleCount);
        float[][] inputs = Outputs(layers[..layer], whole.InputShape, images);
        float[][] outputs = Outputs(layers[..(layer + 1)], whole.InputShape, images);
        using Network tail = Part(layers[(layer + 1)..], shapes[layer + 1], layer + 1, RequiredGradients.ParametersAndInput);
        ReadOnlySpan2D<float> logits = tail.Forward([.. outputs.SelectMany(values => values)]);
        new CrossEntropyLoss().Run(logits, new Batch(images), tail.OutputGradient);
        tail.Backward();
        float[][] outputGradients = Values(tail.Input.Gradient.Layout, tail.Input.Gradient.Batch);
        var sizes = new ConvolutionCase(3, 1, 1, shapes[layer][0], shapes[layer + 1][0], shapes[layer][1], shapes[layer][2], Border: 0);
        return (sizes.Geometry, inputs, outputGradients, TrainingFixture.Values(_trained.Value.Parameters.Single(parameter => parameter.Name == $"{layer}.weight")));
    }

    private static float[][] Outputs(Layer[] layers, Shape input, ImageSet images)
    {
        using Network network = Part(layers, input, layer: 0, RequiredGradients.None);
        network.Load(new Batch(images));
        network.Forward(SampleCount);
        return Values(network.Output.Layout, network.Output.Activation.Batch);
    }

    /// <summary>Some layers of the trained network, from the one of a number on, as a network of their own.</summary>
    private static Network Part(Layer[] layers, Shape input, int layer, RequiredGradients gradients)
    {
        var part = new Network(new Architecture("part", input, layers), new ExecutionOptions { Convolution = ConvolutionKind.Direct }, SampleCount, seed: 1, gradients);
        foreach (Parameter parameter in part.Parameters)
        {
            string[] path = parameter.Name.Split('.', 2);
            string name = FormattableString.Invariant($"{layer + int.Parse(path[0], CultureInfo.InvariantCulture)}.{path[1]}");
            parameter.CopyFrom(TrainingFixture.Values(_trained.Value.Parameters.Single(other => other.Name == name)));
        }

        return part;
    }

    private static float[][] Values(SampleLayout layout, Memory<float> batch) =>
        [.. Enumerable.Range(0, SampleCount).Select(sample => Samples.Take(layout, batch.Span.Slice(sample * layout.Stride, layout.Size)))];

    /// <summary>The outputs and the input gradients of all samples, and the weight's gradient, as the fast kernels compute them.</summary>
    private static IReadOnlyList<float[]> Compute(
        ConvolutionKind kind, ConvolutionGeometry geometry, float[][] inputs, float[][] outputGradients, float[] weight)
    {
        var tested = new TestedConvolution(new ConvolutionProblem(new ExecutionOptions { Convolution = kind }, geometry));
        float[] stored = StoredParameter.Place(tested.WeightLayout, weight);
        float[] weightGradient = new float[tested.WeightLayout.StoredLength];
        float[] scratch = new float[tested.BackwardWeights.ScratchLength];
        var forward = new List<float>();
        var data = new List<float>();
        tested.Forward.Prepare(stored);
        tested.BackwardData.Prepare(stored);
        for (int n = 0; n < SampleCount; n++)
        {
            float[] input = Samples.Place(geometry.Input, inputs[n]);
            float[] outputGradient = Samples.Place(geometry.OutputGradient, outputGradients[n]);
            float[] output = new float[geometry.Output.Size];
            float[] inputGradient = new float[geometry.InputGradient.Size];
            tested.Forward.Run(input, stored, [], output, new float[tested.Forward.ScratchLength]);
            tested.BackwardData.Run(outputGradient, inputGradient, new float[tested.BackwardData.ScratchLength]);
            tested.BackwardWeights.Run(input, outputGradient, weightGradient, [], n > 0 ? Accumulation.Add : Accumulation.Overwrite, scratch, endsShard: n == SampleCount - 1);
            forward.AddRange(Samples.Take(geometry.Output, output));
            data.AddRange(Samples.Take(geometry.InputGradient, inputGradient));
        }

        return [[.. forward], [.. data], StoredParameter.Take(tested.WeightLayout, weightGradient, geometry.WeightCount)];
    }

    /// <summary>The same by the definition, in double precision.</summary>
    private static IReadOnlyList<double[]> Exact(ConvolutionGeometry geometry, float[][] inputs, float[][] outputGradients, float[] weight)
    {
        (int channels, int height, int width) = (geometry.Input.Channels, geometry.Input.Height, geometry.Input.Width);
        int outputs = geometry.Output.Channels;
        int pixels = height * width;
        double[] forward = new double[SampleCount * outputs * pixels];
        double[] data = new double[SampleCount * channels * pixels];
        double[] weights = new double[weight.Length];
        for (int at = 0; at < weight.Length; at++)
        {
            (int o, int c, int row, int column) = geometry.Place(at);
            for (int n = 0; n < SampleCount; n++)
            {
                for (int y = Math.Max(0, 1 - row); y < Math.Min(height, height + 1 - row); y++)
                {
                    for (int x = Math.Max(0, 1 - column); x < Math.Min(width, width + 1 - column); x++)
                    {
                        int input = (c * pixels) + ((y + row - 1) * width) + x + column - 1;
                        int output = (o * pixels) + (y * width) + x;
                        forward[(n * outputs * pixels) + output] += (double)weight[at] * inputs[n][input];
                        data[(n * channels * pixels) + input] += (double)weight[at] * outputGradients[n][output];
                        weights[at] += (double)inputs[n][input] * outputGradients[n][output];
                    }
                }
            }
        }

        return [forward, data, weights];
    }
}
