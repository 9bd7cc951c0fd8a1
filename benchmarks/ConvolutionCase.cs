using System.Collections.Concurrent;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Kernels.Convolution;
using CifarFast.Engine.Randomness;
using CifarFast.Engine.Tensors;

namespace CifarFast.Benchmarks;

/// <summary>
/// A 3×3 convolution with padding 1 over several images, each pass ready to run as a network runs it: as many images a call as the algorithm
/// wants, and weight gradients shard by shard.
/// </summary>
internal sealed class ConvolutionCase
{
    /// <summary>The convolutions of the reference network: inputs, outputs and size of the image.</summary>
    public static readonly string[] ReferenceLayers = ["3-16-32", "16-32-32", "32-64-16", "64-128-16"];

    /// <summary>Those of airbench94 that have 3×3 kernels; behind some of their outputs, a pooling leaves out the last row and column: how many it reads.</summary>
    public static readonly string[] Airbench94Layers = ["24-64-31-30", "64-64-15", "64-256-15-14", "256-256-7", "256-256-7-6", "256-256-3"];

    /// <summary>Images a pass computes.</summary>
    public const int Images = 32;

    private readonly ConvolutionProblem _problem;
    private readonly IConvolutionForward _forward;
    private readonly IConvolutionBackwardData _backwardData;
    private readonly IConvolutionBackwardWeights _backwardWeights;
    private readonly ParallelLoop _loop;
    private readonly int _shard;
    private readonly AlignedBuffer _weight;
    private readonly AlignedBuffer _bias;
    private readonly AlignedBuffer _input;
    private readonly AlignedBuffer _output;
    private readonly AlignedBuffer _outputGradient;
    private readonly AlignedBuffer _inputGradient;
    private readonly AlignedBuffer[] _weightGradients;
    private readonly AlignedBuffer[] _biasGradients;
    private readonly ConcurrentBag<AlignedBuffer> _scratch = [];
    private readonly int _scratchLength;

    public ConvolutionCase(string layer, ExecutionOptions execution)
    {
        ConvolutionGeometry geometry = Geometry(layer);
        _problem = new ConvolutionProblem(execution, geometry);
        _forward = ConvolutionPasses.Forward(_problem);
        _backwardData = ConvolutionPasses.BackwardData(_problem);
        _backwardWeights = ConvolutionPasses.BackwardWeights(_problem);
        _loop = new ParallelLoop(execution.Threads);

        // As many images as the shards of the batches have that the networks are trained on, but for each thread a shard.
        _shard = Math.Min(ReferenceLayers.Contains(layer) ? 4 : 32, Math.Max(1, Images / execution.Threads));
        _weight = new AlignedBuffer(_problem.WeightLayout.StoredLength);
        _bias = new AlignedBuffer(_problem.BiasLayout.StoredLength);
        _input = ImagesOf(geometry.Input, seed: 1);
        _outputGradient = ImagesOf(geometry.Output, seed: 2);
        _output = new AlignedBuffer(_outputGradient.Length);
        _inputGradient = new AlignedBuffer(_input.Length);
        int shards = (Images + _shard - 1) / _shard;
        _weightGradients = [.. Enumerable.Range(0, shards).Select(_ => new AlignedBuffer(_weight.Length))];
        _biasGradients = [.. Enumerable.Range(0, shards).Select(_ => new AlignedBuffer(_bias.Length))];
        _scratchLength = Math.Max(_forward.ScratchLength, Math.Max(_backwardData.ScratchLength, _backwardWeights.ScratchLength));
        var random = new Xoshiro256(1);
        for (int i = 0; i < geometry.WeightCount; i++)
        {
            _weight.Span[_problem.WeightLayout.StoredIndex(i)] = random.NextSingle(-1, 1);
        }

        _forward.Prepare(_weight.Span);
        _backwardData.Prepare(_weight.Span);
        Passes =
        [
            new("forward", () => RunCalls(_forward.SamplesPerCall ?? 1, Forward), _forward.GetType()),
            new("input gradient", () => RunCalls(_backwardData.SamplesPerCall ?? 1, BackwardInput), _backwardData.GetType()),
            new("weight gradient", () => _loop.Run(shards, BackwardShard), _backwardWeights.GetType()),
        ];
    }

    /// <summary>Forward, backward to the input, backward to weight and bias.</summary>
    public IReadOnlyList<ConvolutionPass> Passes { get; }

    /// <summary>Floating-point operations of a pass by the definition, whatever computes it.</summary>
    public static double FlopsOf(string layer)
    {
        ConvolutionGeometry geometry = Geometry(layer);
        return 2.0 * Images * geometry.Output.Features * geometry.Depth;
    }

    /// <summary>Bytes that a pass moves at least: images on both sides, weights and biases, once each, or the gradients in their place.</summary>
    public static double BytesOf(string layer)
    {
        ConvolutionGeometry geometry = Geometry(layer);
        return sizeof(float) * (((double)Images * (geometry.Input.Features + geometry.Output.Features)) + geometry.WeightCount + geometry.Output.Channels);
    }

    private static ConvolutionGeometry Geometry(string layer)
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
            UsedRows = sizes.Last(),
            UsedColumns = sizes.Last(),
        };
    }

    private static AlignedBuffer ImagesOf(SampleLayout layout, ulong seed)
    {
        var images = new AlignedBuffer(layout.SizeOf(Images));
        RandomImages.Fill(images.Span, layout, Images, seed);
        return images;
    }

    private static Span<float> Part(AlignedBuffer images, SampleLayout layout, int first, int count) =>
        images.Span.Slice(first * layout.Stride, layout.SizeOf(count));

    private void RunCalls(int samplesPerCall, Action<int, int, AlignedBuffer> call)
    {
        int most = Math.Min(samplesPerCall, Math.Max(1, Images / _loop.Threads));
        _loop.Run((Images + most - 1) / most, i =>
        {
            AlignedBuffer scratch = RentScratch();
            call(i * most, Math.Min(most, Images - (i * most)), scratch);
            _scratch.Add(scratch);
        });
    }

    private AlignedBuffer RentScratch() => _scratch.TryTake(out AlignedBuffer? scratch) ? scratch : new AlignedBuffer(_scratchLength);

    private void Forward(int first, int count, AlignedBuffer scratch)
    {
        ConvolutionGeometry geometry = _problem.Geometry;
        _forward.RunSamples(Part(_input, geometry.Input, first, count), _weight.Span, _bias.Span, Part(_output, geometry.Output, first, count), scratch.Span, count);
    }

    private void BackwardInput(int first, int count, AlignedBuffer scratch)
    {
        ConvolutionGeometry geometry = _problem.Geometry;
        _backwardData.RunSamples(
            Part(_outputGradient, geometry.OutputGradient, first, count), Part(_inputGradient, geometry.InputGradient, first, count), scratch.Span, count);
    }

    private void BackwardShard(int shard)
    {
        ConvolutionGeometry geometry = _problem.Geometry;
        AlignedBuffer scratch = RentScratch();
        Span<float> weight = _weightGradients[shard].Span;
        int first = shard * _shard;
        int end = Math.Min(first + _shard, Images);
        int call = _backwardWeights.SamplesPerCall ?? 1;
        for (int sample = first; sample < end; sample += call)
        {
            int count = Math.Min(call, end - sample);
            Accumulation accumulation = sample == first ? Accumulation.Overwrite
                : (sample - first) % _backwardWeights.BlockSamples > 0 ? Accumulation.Continue
                : Accumulation.Add;
            _backwardWeights.RunSamples(
                Part(_input, geometry.Input, sample, count),
                Part(_outputGradient, geometry.OutputGradient, sample, count),
                weight,
                _biasGradients[shard].Span,
                accumulation,
                scratch.Span,
                count,
                endsShard: sample + count == end);
        }

        _scratch.Add(scratch);
    }
}
