using CifarFast.Engine.Kernels;
using CifarFast.Engine.Kernels.Convolution;
using CifarFast.Engine.Randomness;
using CifarFast.Engine.Tensors;

namespace CifarFast.Benchmarks;

/// <summary>A 3×3 convolution with padding 1 of the reference network over several images, each pass ready to run on every path.</summary>
internal sealed class ConvolutionCase
{
    /// <summary>The convolutions of the reference network: inputs, outputs and size of the image.</summary>
    public static readonly string[] Layers = ["3-16-32", "16-32-32", "32-64-16", "64-128-16"];

    /// <summary>Images a pass computes: what the shards of a batch keep in the caches.</summary>
    public const int Images = 16;

    private readonly ParallelLoop _loop;
    private readonly AlignedBuffer _weight;
    private readonly AlignedBuffer _bias;
    private readonly AlignedBuffer[] _input;
    private readonly AlignedBuffer[] _output;
    private readonly AlignedBuffer[] _outputGradient;
    private readonly AlignedBuffer[] _inputGradient;
    private readonly AlignedBuffer[] _weightGradient;
    private readonly AlignedBuffer[] _biasGradient;
    private readonly AlignedBuffer[] _forwardScratch;
    private readonly AlignedBuffer[] _dataScratch;
    private readonly AlignedBuffer[] _weightsScratch;
    private readonly Action<int> _forward;
    private readonly Action<int> _backwardInput;
    private readonly Action<int> _backwardParameters;

    public ConvolutionCase(string layer, ExecutionOptions execution)
    {
        ConvolutionGeometry geometry = Geometry(layer);
        (SampleLayout input, SampleLayout output) = (geometry.Input, geometry.Output);
        var problem = new ConvolutionProblem(execution, geometry);
        IConvolutionForward forward = ConvolutionPasses.Forward(problem);
        IConvolutionBackwardData backwardData = ConvolutionPasses.BackwardData(problem);
        IConvolutionBackwardWeights backwardWeights = ConvolutionPasses.BackwardWeights(problem);
        _loop = new ParallelLoop(execution.Threads);
        _weight = new AlignedBuffer(problem.WeightLayout.StoredLength);
        _bias = new AlignedBuffer(problem.BiasLayout.StoredLength);
        _input = [.. Enumerable.Range(0, Images).Select(i => RandomImage(input, (ulong)i))];
        _outputGradient = [.. Enumerable.Range(0, Images).Select(i => RandomImage(output, (ulong)(Images + i)))];
        _output = Buffers(output.Size);
        _inputGradient = Buffers(input.Size);
        _weightGradient = Buffers(_weight.Length);
        _biasGradient = Buffers(_bias.Length);
        _forwardScratch = Buffers(forward.ScratchLength);
        _dataScratch = Buffers(backwardData.ScratchLength);
        _weightsScratch = Buffers(backwardWeights.ScratchLength);
        var random = new Xoshiro256(1);
        for (int i = 0; i < geometry.WeightCount; i++)
        {
            _weight.Span[problem.WeightLayout.StoredIndex(i)] = random.NextSingle(-1, 1);
        }

        forward.Prepare(_weight.Span);
        backwardData.Prepare(_weight.Span);
        _forward = i => forward.Run(_input[i].Span, _weight.Span, _bias.Span, _output[i].Span, _forwardScratch[i].Span);
        _backwardInput = i => backwardData.Run(_outputGradient[i].Span, _inputGradient[i].Span, _dataScratch[i].Span);
        _backwardParameters = i => backwardWeights.Run(
            _input[i].Span, _outputGradient[i].Span, _weightGradient[i].Span, _biasGradient[i].Span, Accumulation.Overwrite, _weightsScratch[i].Span);
    }

    public static double FlopsOf(string layer)
    {
        ConvolutionGeometry geometry = Geometry(layer);
        return 2.0 * Images * geometry.Output.Features * geometry.Depth;
    }

    public void Forward() => _loop.Run(Images, _forward);

    public void BackwardInput() => _loop.Run(Images, _backwardInput);

    public void BackwardParameters() => _loop.Run(Images, _backwardParameters);

    public static ConvolutionGeometry Geometry(string layer)
    {
        int[] sizes = [.. layer.Split('-').Select(int.Parse)];
        var input = new SampleLayout(sizes[0], sizes[2], sizes[2], Border: 1);
        SampleLayout output = input with { Channels = sizes[1] };
        return new ConvolutionGeometry
        {
            Kernel = 3,
            Stride = 1,
            Padding = 1,
            Input = input,
            Output = output,
            OutputGradient = output,
            InputGradient = input,
        };
    }

    private static AlignedBuffer[] Buffers(int length) => [.. Enumerable.Range(0, Images).Select(_ => new AlignedBuffer(length))];

    private static AlignedBuffer RandomImage(SampleLayout layout, ulong seed)
    {
        var image = new AlignedBuffer(layout.Size);
        var random = new Xoshiro256(seed);
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
