using CifarFast.Engine.Kernels;
using CifarFast.Engine.Kernels.Convolution;
using CifarFast.Engine.Kernels.Pooling;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Execution;
using CsCheck;

namespace CifarFast.Engine.Tests.Kernels.Convolution;

/// <summary>The backward passes from lists of maxima against the naive ones from the whole gradient.</summary>
public class PooledConvolutionTests
{
    private const int SampleCount = 3;

    /// <summary>Channels that fill vectors on every tier: lists are for inputs of a multiple of them.</summary>
    private const int Channels = 16;

    public static TheoryData<string> Tiers => ExecutionPaths.Fast;

    [Theory]
    [MemberData(nameof(Tiers))]
    public void Both_passes_agree_with_the_naive_ones(string tier)
    {
        foreach (int inputs in new[] { 1, 2, 3, 4, 5, 9 }.Select(vectors => vectors * Channels))
        {
            foreach (int outputs in new[] { 1, 16, 33 })
            {
                AssertAgree(new ConvolutionCase(Kernel: 3, Stride: 1, Padding: 1, inputs, outputs, Height: 6, Width: 9, Border: (inputs + outputs) % 2), window: 2, apart: 0, tier);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Tiers))]
    public void Both_passes_agree_with_the_naive_ones_on_any_geometry(string tier)
    {
        Gen.Select(Gen.Int[0, 4], Gen.Int[1, 3], Gen.Int[1, 40], Gen.Select(Gen.Int[5, 24], Gen.Int[5, 24]), Gen.Int[0, 1], Gen.Int[2, 3], Gen.Int[0, 1])
            .Sample(
                (padding, vectors, outputs, size, border, window, apart) => AssertAgree(
                    new ConvolutionCase(Kernel: 3, Stride: 1, padding, vectors * Channels, outputs, size.Item1, size.Item2, border), window, apart, tier),
                iter: 40);
    }

    [Theory]
    [MemberData(nameof(Tiers))]
    public void Lists_are_asked_for_where_they_pay(string tier)
    {
        var one = new ConvolutionCase(Kernel: 3, Stride: 1, Padding: 1, Inputs: Channels, Outputs: 5, Height: 8, Width: 8, Border: 0);

        Assert.NotNull(Ask(one, window: 2, apart: 0, tier));
        Assert.NotNull(Ask(one, window: 3, apart: 1, tier));
        Assert.Null(Ask(one, window: 1, apart: 0, tier));
        Assert.Null(Ask(one, window: 3, apart: -1, tier));
        Assert.Null(Ask(one with { Kernel = 5, Padding = 2 }, window: 2, apart: 0, tier));
        Assert.Null(Ask(one with { Stride = 2 }, window: 2, apart: 0, tier));
        Assert.Null(Ask(one, window: 2, apart: 0, "naive"));
        Assert.Null(Ask(one with { Inputs = Channels + 1 }, window: 2, apart: 0, tier));
        Assert.Null(Ask(one with { Inputs = 24 }, window: 2, apart: 0, tier));
    }

    [Theory]
    [MemberData(nameof(Tiers))]
    public void Bands_fit_into_the_cache_and_are_never_higher_than_the_image(string tier)
    {
        var one = new ConvolutionCase(Kernel: 3, Stride: 1, Padding: 1, Inputs: 16, Outputs: 5, Height: 32, Width: 32, Border: 0);

        // 34 pixels of 16 channels: 12 rows fit, two of which lie around what is pooled.
        Assert.Equal(4, Ask(one, window: 2, apart: 0, tier)!.BandRows);
        Assert.Equal(1, Ask(one with { Inputs = 256 }, window: 2, apart: 0, tier)!.BandRows);
        Assert.Equal(2, Ask(one with { Height = 4, Width = 4 }, window: 2, apart: 0, tier)!.BandRows);
        Assert.Equal(1, Ask(one, window: 2, apart: (1 << 27) - 2, tier)!.BandRows);
    }

    [Theory]
    [MemberData(nameof(Tiers))]
    public void Spans_that_are_too_short_are_refused(string tier)
    {
        ConvolutionGeometry geometry = new ConvolutionCase(Kernel: 3, Stride: 1, Padding: 1, Channels, Outputs: 17, Height: 4, Width: 4, Border: 0).Geometry;
        ConvolutionProblem problem = Problem(geometry, PoolingOf(geometry, window: 2, apart: 0), tier);
        var algorithm = new TestedConvolution(problem);
        Memory<float> input = new float[geometry.Input.Size];
        Memory<float> lists = new float[problem.OutputGradientLists!.Length];
        Memory<float> inputGradient = new float[geometry.InputGradient.Size];
        Memory<float> weight = new float[algorithm.WeightLayout.StoredLength];
        Memory<float> bias = new float[17];
        Memory<float> scratch = new float[algorithm.BackwardData.ScratchLength];

        ShortSpans.AssertRefused([weight], spans => algorithm.BackwardData.Prepare(spans[0].Span));
        ShortSpans.AssertRefused([weight], spans => algorithm.BackwardWeights.Finish(spans[0].Span));
        ShortSpans.AssertRefused([lists, inputGradient, scratch], spans => algorithm.BackwardData.Run(spans[0].Span, spans[1].Span, spans[2].Span));
        ShortSpans.AssertRefused([input, lists, weight, bias], spans =>
            algorithm.BackwardWeights.Run(spans[0].Span, spans[1].Span, spans[2].Span, spans[3].Span, Accumulation.Overwrite, scratch: []));
    }

    private static void AssertAgree(ConvolutionCase one, int window, int apart, string tier)
    {
        ConvolutionGeometry geometry = one.Geometry;
        PoolingGeometry pooling = PoolingOf(geometry, window, apart);
        IReadOnlyList<NamedValues> reference = RunNaive(geometry, pooling, absolute: false);
        IReadOnlyList<NamedValues> magnitudes = RunNaive(geometry, pooling, absolute: true);
        foreach (GuardSide side in Enum.GetValues<GuardSide>())
        {
            ScaledTolerance.AssertAgree(Run(Problem(geometry, pooling, tier), side), reference, magnitudes);

            // Bands of one window row, whatever the caches allow.
            var lists = new PooledGradientLayout(pooling, geometry.Input.RowStride / geometry.Input.Channels, BandRows: 1);
            var narrow = new ConvolutionProblem(ExecutionPaths.Options(tier), geometry, lists);
            ScaledTolerance.AssertAgree(Run(narrow, side), reference, magnitudes);
        }
    }

    private static IReadOnlyList<NamedValues> RunNaive(ConvolutionGeometry geometry, PoolingGeometry pooling, bool absolute)
    {
        var numbers = new Numbers(geometry, pooling, absolute);
        TestedConvolution algorithm = TestedConvolution.Naive(geometry);
        var pool = new NaiveMaxPool(pooling);
        float[] weight = StoredParameter.Place(algorithm.WeightLayout, numbers.Weight);
        float[] weightGradient = new float[algorithm.WeightLayout.StoredLength];
        float[] biasGradient = new float[algorithm.BiasLayout.StoredLength];
        var results = new List<NamedValues>();
        algorithm.BackwardData.Prepare(weight);
        for (int n = 0; n < SampleCount; n++)
        {
            float[] outputGradient = new float[geometry.OutputGradient.Size];
            float[] inputGradient = new float[geometry.InputGradient.Size];
            pool.Backward(numbers.ArgMax[n], numbers.PooledGradients[n], outputGradient);
            algorithm.BackwardWeights.Run(numbers.Inputs[n], outputGradient, weightGradient, biasGradient, n > 0 ? Accumulation.Add : Accumulation.Overwrite, scratch: []);
            algorithm.BackwardData.Run(outputGradient, inputGradient, scratch: []);
            results.Add(new NamedValues($"input gradient of sample {n}", ImageOf(geometry, inputGradient)));
        }

        results.Add(new NamedValues("weight gradient", StoredParameter.Take(algorithm.WeightLayout, weightGradient, geometry.WeightCount)));
        results.Add(new NamedValues("bias gradient", StoredParameter.Take(algorithm.BiasLayout, biasGradient, geometry.Output.Channels)));
        return results;
    }

    private static IReadOnlyList<NamedValues> Run(ConvolutionProblem problem, GuardSide side)
    {
        using var memory = new GuardedMemory(side);
        ConvolutionGeometry geometry = problem.Geometry;
        PooledGradientLayout layout = problem.OutputGradientLists!;
        var numbers = new Numbers(geometry, layout.Pooling, absolute: false);
        var algorithm = new TestedConvolution(problem);
        ReadOnlySpan<float> weight = memory.Hold(StoredParameter.Place(algorithm.WeightLayout, numbers.Weight));
        Span<float> weightGradient = memory.Allocate(algorithm.WeightLayout.StoredLength);
        Span<float> biasGradient = memory.Allocate(algorithm.BiasLayout.StoredLength);
        Span<float> lists = memory.Allocate(layout.Length);
        Span<float> scratch = memory.Allocate(algorithm.BackwardData.ScratchLength);
        var results = new List<NamedValues>();
        algorithm.BackwardData.Prepare(weight);
        for (int n = 0; n < SampleCount; n++)
        {
            ReadOnlySpan<float> input = memory.Hold(numbers.Inputs[n]);
            Span<float> inputGradient = memory.Allocate(geometry.InputGradient.Size);
            layout.Gather(numbers.ArgMax[n], numbers.PooledGradients[n], lists);
            algorithm.BackwardWeights.Run(input, lists, weightGradient, biasGradient, n > 0 ? Accumulation.Add : Accumulation.Overwrite, scratch: []);
            algorithm.BackwardData.Run(lists, inputGradient, scratch);
            results.Add(new NamedValues($"input gradient of sample {n}", Samples.Take(geometry.InputGradient, inputGradient)));
        }

        algorithm.BackwardWeights.Finish(weightGradient);
        memory.AssertIntact();
        results.Add(new NamedValues("weight gradient", StoredParameter.Take(algorithm.WeightLayout, weightGradient, geometry.WeightCount)));
        results.Add(new NamedValues("bias gradient", StoredParameter.Take(algorithm.BiasLayout, biasGradient, geometry.Output.Channels)));
        return results;
    }

    private static float[] ImageOf(ConvolutionGeometry geometry, float[] inputGradient) =>
        [.. Enumerable.Range(0, geometry.InputGradient.Features).Select(i => inputGradient[geometry.InputGradient.OffsetOfFeature(i)])];

    private static ConvolutionProblem Problem(ConvolutionGeometry geometry, PoolingGeometry pooling, string tier)
    {
        ExecutionOptions execution = ExecutionPaths.Options(tier);
        return new ConvolutionProblem(execution, geometry, ConvolutionPasses.Lists(execution, geometry, pooling)!);
    }

    private static PooledGradientLayout? Ask(ConvolutionCase one, int window, int apart, string path) =>
        ConvolutionPasses.Lists(ExecutionPaths.Options(path), one.Geometry, PoolingOf(one.Geometry, window, apart));

    private static PoolingGeometry PoolingOf(ConvolutionGeometry geometry, int window, int apart)
    {
        SampleLayout image = geometry.Output;
        int stride = window + apart;
        var output = new SampleLayout(image.Channels, ((image.Height - window) / stride) + 1, ((image.Width - window) / stride) + 1, 1);
        return new PoolingGeometry(window, stride, image, output, output, geometry.OutputGradient);
    }

    /// <summary>What goes in: it depends on the geometry alone.</summary>
    private sealed class Numbers
    {
        public Numbers(ConvolutionGeometry geometry, PoolingGeometry pooling, bool absolute)
        {
            var random = new RandomValues(seed: 1, absolute);
            var indices = new RandomValues(seed: 2);
            float[] all = [.. Enumerable.Range(0, pooling.Window * pooling.Window).Select(place => (float)place)];
            Weight = random.Next(geometry.WeightCount);
            for (int n = 0; n < SampleCount; n++)
            {
                Inputs.Add(Samples.Place(geometry.Input, random.Next(geometry.Input.Features)));
                ArgMax.Add(Samples.Place(pooling.ArgMax, indices.NextOf(all, pooling.ArgMax.Features)));

                // Of one sample everything has a gradient, of one nothing, of one some.
                float[] gradient = random.Next(pooling.Output.Features);
                gradient.AsSpan(0, gradient.Length * ((n + 2) % SampleCount) / 2).Clear();
                PooledGradients.Add(Samples.Place(pooling.OutputGradient, gradient));
            }
        }

        public float[] Weight { get; }

        public List<float[]> Inputs { get; } = [];

        public List<float[]> ArgMax { get; } = [];

        public List<float[]> PooledGradients { get; } = [];
    }
}
