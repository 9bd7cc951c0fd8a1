using BenchmarkDotNet.Attributes;
using CifarFast.Engine.Kernels.Convolution;
using CifarFast.Engine.Randomness;
using CifarFast.Engine.Tensors;

namespace CifarFast.Benchmarks;

/// <summary>One image through each convolution of the reference network: forward, input gradient, parameter gradients.</summary>
public class ConvolutionBenchmarks
{
    private IConvolution _convolution = null!;
    private AlignedBuffer _input = null!;
    private AlignedBuffer _output = null!;
    private AlignedBuffer _weight = null!;
    private AlignedBuffer _bias = null!;
    private AlignedBuffer _outputGradient = null!;
    private AlignedBuffer _inputGradient = null!;
    private AlignedBuffer _weightGradient = null!;
    private AlignedBuffer _biasGradient = null!;
    private AlignedBuffer _scratch = null!;

    [ParamsSource(nameof(Choices))]
    public string Kernels { get; set; } = "";

    [Params("3-16-32", "16-32-32", "32-64-16", "64-128-16")]
    public string Layer { get; set; } = "";

    public static IEnumerable<string> Choices => KernelChoice.All;

    [GlobalSetup]
    public void Setup()
    {
        int[] sizes = [.. Layer.Split('-').Select(int.Parse)];
        var input = new SampleLayout(sizes[0], sizes[2], sizes[2], Border: 1);
        var output = new SampleLayout(sizes[1], sizes[2], sizes[2], Border: 1);
        var geometry = new ConvolutionGeometry
        {
            Kernel = 3,
            Stride = 1,
            Padding = 1,
            Input = input,
            Output = output,
            OutputGradient = output,
            InputGradient = input,
        };
        _convolution = ConvolutionAlgorithm.Create(KernelChoice.Execution(Kernels, threads: 1), geometry);
        _input = RandomImage(input);
        _output = new AlignedBuffer(output.Size);
        _weight = new AlignedBuffer(_convolution.WeightLayout.StoredLength);
        _bias = new AlignedBuffer(_convolution.BiasLayout.StoredLength);
        _outputGradient = RandomImage(output);
        _inputGradient = new AlignedBuffer(input.Size);
        _weightGradient = new AlignedBuffer(_weight.Length);
        _biasGradient = new AlignedBuffer(_bias.Length);
        _scratch = new AlignedBuffer(_convolution.ScratchLength);
        var random = new Xoshiro256(1);
        for (int i = 0; i < geometry.WeightCount; i++)
        {
            _weight.Span[_convolution.WeightLayout.StoredIndex(i)] = random.NextSingle(-1, 1);
        }

        _convolution.PrepareBackward(_weight.Span);
    }

    [Benchmark]
    public void Forward() => _convolution.Forward(_input.Span, _weight.Span, _bias.Span, _output.Span);

    [Benchmark]
    public void BackwardInput() => _convolution.BackwardInput(_outputGradient.Span, _inputGradient.Span, _scratch.Span);

    [Benchmark]
    public void BackwardParameters() => _convolution.BackwardParameters(
        _input.Span, _outputGradient.Span, _weightGradient.Span, _biasGradient.Span, accumulate: true, _scratch.Span);

    private static AlignedBuffer RandomImage(SampleLayout layout)
    {
        var image = new AlignedBuffer(layout.Size);
        var random = new Xoshiro256(2);
        for (int row = 0; row < layout.Height; row++)
        {
            foreach (ref float value in image.Span.Slice(layout.Offset(row, 0), layout.Width * layout.Channels))
            {
                value = random.NextSingle(-1, 1);
            }
        }

        return image;
    }
}
