using CifarFast.Engine.Execution;
using CifarFast.Engine.Formats.Onnx;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Tests.Formats.Onnx;

public class OnnxLayerTests
{
    private const int Samples = 3;

    /// <summary>Odd shapes, so that rows and columns cannot be mistaken for each other, and windows leave remainders.</summary>
    private static readonly Dictionary<string, Architecture> _architectures = Architectures().ToDictionary(architecture => architecture.Name);

    public static TheoryData<string> Names => [.. _architectures.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void ONNX_Runtime_computes_what_the_engine_does(string name)
    {
        Architecture architecture = _architectures[name];
        using Network network = Exported.Network(architecture, Samples, seed: 5);
        using var session = new OnnxSession(Exported.Model(network));
        Assert.Empty(session.Complaints);
        float[] samples = Exported.Samples(architecture, Samples, seed: 6);

        float[] actual = session.Run(samples)[OnnxModel.LogitsName];

        float worst = Exported.LargestDifference(Exported.Outputs(network.WithoutGradients(Samples), samples), actual);
        TestContext.Current.TestOutputHelper?.WriteLine($"largest difference: {worst:E2}");
        Assert.InRange(worst, 0, 1e-5f);
    }

    private static IEnumerable<Architecture> Architectures()
    {
        foreach (int kernel in new[] { 1, 3, 5 })
        {
            foreach (int stride in new[] { 1, 2, 3 })
            {
                foreach (int padding in new[] { 0, 1, 2 })
                {
                    yield return Alone(new Shape(3, 7, 10), new Conv2d(3, 5, kernel, stride, padding));
                }
            }
        }

        yield return Alone(new Shape(1, 5, 5), new Conv2d(1, 1, KernelSize: 5));
        yield return Alone(new Shape(17, 4, 3), new Conv2d(17, 33, KernelSize: 3, Padding: 1));
        foreach (int kernel in new[] { 1, 2, 3 })
        {
            foreach (int stride in new[] { 1, 2, 3 })
            {
                yield return Alone(new Shape(5, 8, 13), new MaxPool2d(kernel, stride));
                yield return Alone(new Shape(5, 8, 13), new AvgPool2d(kernel, stride));
            }
        }

        yield return Alone(new Shape(3, 5, 7), new AdaptiveAvgPool2d(1));
        yield return Alone(new Shape(3, 5, 8), new AdaptiveAvgPool2d(2, 4));
        yield return Alone(new Shape(3, 5, 7), new AdaptiveMaxPool2d(1));
        yield return Alone(new Shape(3, 5, 8), new AdaptiveMaxPool2d(2, 4));
        yield return Alone(new Shape(3, 4, 7), new ReLU());
        yield return Alone(new Shape(7), new ReLU());
        yield return Alone(new Shape(3, 4, 7), new LeakyReLU(0.2f));
        yield return Alone(new Shape(3, 4, 7), new Dropout());
        yield return Alone(new Shape(3, 4, 7), new GELU());
        yield return Alone(new Shape(7), new GELU(GELUApproximation.Tanh));
        yield return Alone(new Shape(3, 4, 7), new SiLU());
        yield return Alone(new Shape(3, 4, 7), new Flatten());
        yield return Alone(new Shape(7), new Flatten());
        yield return Alone(new Shape(7), new Linear(7, 3));
        yield return Alone(new Shape(1), new Linear(1, 1));
        yield return new Architecture("several of each", new Shape(2, 9, 12),
            new ReLU(), new Conv2d(2, 7, KernelSize: 3, Stride: 2, Padding: 2), new ReLU(), new MaxPool2d(2), new Conv2d(7, 3, KernelSize: 2),
            new Flatten(), new ReLU(), new Linear(12, 11), new ReLU(), new Linear(11, 4), new Linear(4, 3));
        yield return new Architecture("residual", new Shape(3, 6, 5),
            new Residual(new Sequential(new Conv2d(3, 4, KernelSize: 3, Padding: 1), new ReLU(), new Conv2d(4, 3, KernelSize: 3, Padding: 1))),
            new Residual(new Residual(new ReLU()), new Conv2d(3, 3, KernelSize: 1)),
            new Residual(new Sequential(new Conv2d(3, 2, KernelSize: 1), new Flatten(), new Linear(60, 90)), new Flatten()));
        yield return new Architecture("flattened for others", new Shape(3, 4, 5),
            new Conv2d(3, 4, KernelSize: 3), new ReLU(), new Flatten(), new ReLU(), new Residual(new Linear(24, 24)), new Residual(new ReLU(), new Linear(24, 24)));
        yield return new Architecture("flattened at the end", new Shape(3, 4, 5), new Conv2d(3, 4, KernelSize: 3), new Flatten());
        yield return Alone(new Shape(3, 4, 5), new FrozenBatchNorm2d(3));
        yield return Alone(new Shape(17, 2, 3), new FrozenBatchNorm2d(17, Epsilon: 0.01f));
        yield return Alone(new Shape(17, 2, 3), new BatchNorm2d(17));
        yield return Alone(new Shape(3, 4, 7), new Normalize([0.5f, 0.25f, 0.75f], [0.5f, 1, 2]));
        yield return Alone(new Shape(7), new Scale(-0.125f));
        yield return Alone(new Shape(3, 4, 7), new Conv2d(3, 5, KernelSize: 3, Bias: false));
        yield return Alone(new Shape(7), new Linear(7, 3, Bias: false));
        yield return new Architecture("frozen, with buffers", new Shape(3, 6, 5),
            new Frozen(new Conv2d(3, 5, KernelSize: 3, Padding: 1)), new FrozenBatchNorm2d(5), new ReLU(), new Residual(new FrozenBatchNorm2d(5)));
        yield return new Architecture("frozen", new Shape(3, 6, 5), new Frozen(new Conv2d(3, 2, KernelSize: 1)), new ReLU());
        yield return new Architecture("activations between layers", new Shape(3, 6, 5),
            new Conv2d(3, 4, KernelSize: 3), new GELU(), new Conv2d(4, 4, KernelSize: 1), new SiLU(), new Residual(new SiLU()), new GELU(GELUApproximation.Tanh));
        yield return new Architecture("features only", new Shape(6), new Linear(6, 5), new ReLU(), new Linear(5, 2));
    }

    private static Architecture Alone(Shape input, Layer layer) => new($"{layer} of {input}", input, layer);
}
