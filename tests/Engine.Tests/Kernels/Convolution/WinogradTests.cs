using CifarFast.Engine.Kernels;
using CifarFast.Engine.Kernels.Convolution;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Execution;
using CsCheck;

namespace CifarFast.Engine.Tests.Kernels.Convolution;

/// <summary>Winograd's convolution of every tier against the naive one, and when it is chosen.</summary>
public class WinogradTests
{
    private static readonly int[] Sizes = [2, 3, 4, 5, 6, 7, 8, 9, 13, 14, 16, 17, 31, 32];
    private static readonly int[] Channels = [1, 3, 15, 16, 17, 32, 33, 64];

    /// <summary>So many filters that sums of their gradients are transformed back a panel at a time.</summary>
    private static readonly ConvolutionCase _manyFilters = new(3, 1, Padding: 1, Inputs: 131, Outputs: 130, Height: 5, Width: 6, Border: 0);

    private static readonly Dictionary<string, ConvolutionCase> _cases = ImageSizes()
        .Concat(ChannelPairs())
        .Append(_manyFilters)
        .Where(IsComputed)
        .DistinctBy(one => one.ToString())
        .ToDictionary(one => one.ToString());

    public static TheoryData<string, string> CasesAndTiers => ExecutionPaths.Combine(_cases.Keys, ExecutionPaths.Fast);

    [Theory]
    [MemberData(nameof(CasesAndTiers))]
    public void All_passes_agree_with_the_naive_ones(string name, string tier) => AssertAgree(_cases[name], tier);

    [Theory]
    [MemberData(nameof(ExecutionPaths.Fast), MemberType = typeof(ExecutionPaths))]
    [Trait("Emulated", "yes")]
    public void All_passes_agree_with_the_naive_ones_on_any_geometry(string tier) =>
        Gen.Select(Gen.Int[0, 4], Gen.Int[1, 40], Gen.Int[1, 40], Gen.Int[1, 20], Gen.Int[1, 20], Gen.Int[-3, 2])
            .Select((padding, inputs, outputs, height, width, border) =>
                new ConvolutionCase(3, 1, padding, inputs, outputs, height, width, border))
            .Where(IsComputed)
            .Sample(one => AssertAgree(one, tier), iter: 40);

    [Theory]
    [MemberData(nameof(ExecutionPaths.Fast), MemberType = typeof(ExecutionPaths))]
    public void Small_whole_numbers_are_rounded_to_what_they_are(string tier)
    {
        ConvolutionGeometry geometry = new ConvolutionCase(3, 1, 1, Inputs: 5, Outputs: 18, Height: 7, Width: 9, Border: 0).Geometry;
        float[] Whole(ulong seed, int count, float factor) => [.. new RandomValues(seed).Next(count).Select(value => factor * MathF.Round(4 * value))];
        float[] weight = Whole(1, geometry.WeightCount, 1);
        float[] bias = Whole(2, geometry.Output.Channels, 1);
        float[] input = Whole(3, geometry.Input.Features, 1);

        float[] Compute(TestedConvolution algorithm)
        {
            float[] output = new float[geometry.Output.Size];
            float[] stored = StoredParameter.Place(algorithm.WeightLayout, weight);
            algorithm.Forward.Prepare(stored);
            algorithm.Forward.Run(
                Samples.Place(geometry.Input, input),
                stored,
                StoredParameter.Place(algorithm.BiasLayout, bias),
                output,
                new float[algorithm.Forward.ScratchLength]);
            return [.. output.Select(value => MathF.Round(value))];
        }

        Assert.Equal(Compute(TestedConvolution.Naive(geometry)), Compute(Winograd(geometry, tier)));
    }

    /// <summary>Samples in one call and one by one: images of many tiles and of one, blocks of tiles that end within a sample.</summary>
    [Theory]
    [MemberData(nameof(ExecutionPaths.Fast), MemberType = typeof(ExecutionPaths))]
    public void Several_samples_in_a_call_are_as_one_by_one(string tier)
    {
        foreach (ConvolutionCase one in (ConvolutionCase[])[new(3, 1, 1, 19, 18, 3, 4, 0), new(3, 1, 1, 16, 33, 7, 9, 1), new(3, 1, 0, 17, 16, 21, 25, 0)])
        {
            AssertSamplesAgree(one.Geometry, Winograd(one.Geometry, tier), samples: 5);
        }

        ConvolutionGeometry manyBlocks = (_manyFilters with { Height = 13, Width = 14 }).Geometry;
        AssertSamplesAgree(manyBlocks, Winograd(manyBlocks, tier), samples: 9);
    }

    [Theory]
    [MemberData(nameof(ExecutionPaths.Fast), MemberType = typeof(ExecutionPaths))]
    public void What_is_no_number_stays_within_its_tile(string tier)
    {
        // Two tiles beside each other share two columns of inputs; a NaN left of those reaches the left one alone.
        ConvolutionGeometry geometry = new ConvolutionCase(3, 1, 1, Inputs: 16, Outputs: 16, Height: 4, Width: 8, Border: 0).Geometry;
        TestedConvolution algorithm = Winograd(geometry, tier);
        float[] values = new RandomValues(seed: 1).Next(geometry.Input.Features);
        values[0] = float.NaN;
        float[] weight = StoredParameter.Place(algorithm.WeightLayout, new RandomValues(seed: 2).Next(geometry.WeightCount));
        float[] output = new float[geometry.Output.Size];
        algorithm.Forward.Prepare(weight);
        algorithm.Forward.Run(
            Samples.Place(geometry.Input, values),
            weight,
            new float[algorithm.BiasLayout.StoredLength],
            output,
            new float[algorithm.Forward.ScratchLength]);

        Assert.True(float.IsNaN(output[0]));
        for (int row = 0; row < 4; row++)
        {
            Assert.DoesNotContain(output.AsSpan(geometry.Output.Offset(row, 4), 4 * 16).ToArray(), value => float.IsNaN(value));
        }
    }

    [Theory]
    [MemberData(nameof(ExecutionPaths.Fast), MemberType = typeof(ExecutionPaths))]
    public void Spans_that_are_too_short_are_refused(string tier)
    {
        ConvolutionGeometry geometry = new ConvolutionCase(3, 1, 1, Inputs: 3, Outputs: 17, Height: 5, Width: 6, Border: 0).Geometry;
        TestedConvolution algorithm = Winograd(geometry, tier);
        Memory<float> input = new float[geometry.Input.Size];
        Memory<float> output = new float[geometry.Output.Size];
        Memory<float> weight = new float[algorithm.WeightLayout.StoredLength];
        Memory<float> bias = new float[algorithm.BiasLayout.StoredLength];
        Memory<float> scratch = new float[algorithm.Forward.ScratchLength];

        ShortSpans.AssertRefused([weight], spans => algorithm.Forward.Prepare(spans[0].Span));
        ShortSpans.AssertRefused([input, weight, bias, output, scratch], spans =>
            algorithm.Forward.Run(spans[0].Span, spans[1].Span, spans[2].Span, spans[3].Span, spans[4].Span));
    }

    [Fact]
    public void Other_kernels_and_strides_are_refused()
    {
        ConvolutionGeometry fits = new ConvolutionCase(3, 1, 1, 16, 16, 8, 8, 0).Geometry;
        Assert.Throws<ArgumentOutOfRangeException>(() => ConvolutionPasses.Winograd(new ConvolutionProblem(new ExecutionOptions(), fits with { Kernel = 5 })));
        Assert.Throws<ArgumentOutOfRangeException>(() => ConvolutionPasses.Winograd(new ConvolutionProblem(new ExecutionOptions(), fits with { Stride = 2 })));
    }

    [Theory]
    [InlineData(1, 8, 1)]
    [InlineData(8, 1, 1)]
    [InlineData(3, 8, 0)]
    [InlineData(8, 3, 0)]
    public void Images_a_pixel_high_or_wide_are_left_to_the_direct_algorithm(int height, int width, int padding)
    {
        var options = new ExecutionOptions { Convolution = ConvolutionKind.Winograd };
        var problem = new ConvolutionProblem(options, new ConvolutionCase(3, 1, padding, 16, 16, height, width, 0).Geometry);

        Assert.IsType<DirectForward>(ConvolutionPasses.Forward(problem));
        Assert.IsType<DirectBackwardData>(ConvolutionPasses.BackwardData(problem));
        Assert.IsType<DirectBackwardWeights>(ConvolutionPasses.BackwardWeights(problem));
        Assert.Throws<ArgumentOutOfRangeException>(() => ConvolutionPasses.Winograd(problem));
    }

    /// <summary>The last rows and columns that nothing reads are left as they are; with gradients of zero there, all else is the same.</summary>
    [Theory]
    [MemberData(nameof(ExecutionPaths.Fast), MemberType = typeof(ExecutionPaths))]
    public void What_nothing_reads_of_the_output_is_not_computed(string tier)
    {
        ConvolutionGeometry whole = new ConvolutionCase(3, 1, 1, Inputs: 17, Outputs: 33, Height: 7, Width: 11, Border: 0).Geometry;
        ConvolutionGeometry used = whole with { UsedRows = 6, UsedColumns = 8 };
        SampleLayout layout = whole.OutputGradient;
        var random = new RandomValues(seed: 7);
        float[] input = Samples.Place(whole.Input, random.Next(whole.Input.Features));
        float[] weight = random.Next(whole.WeightCount);
        float[] gradient = Samples.Place(layout, random.Next(layout.Features));
        for (int row = 0; row < layout.Height; row++)
        {
            int unused = row < used.UsedRows ? used.UsedColumns : 0;
            gradient.AsSpan(layout.Offset(row, unused), (layout.Width - unused) * layout.Channels).Clear();
        }

        (float[] output, float[] weightGradient) = Compute(Winograd(used, tier));
        (float[] wholeOutput, float[] wholeWeightGradient) = Compute(TestedConvolution.Naive(whole));
        float size = wholeOutput.Where(float.IsFinite).Max(Math.Abs);
        for (int row = 0; row < whole.Output.Height; row++)
        {
            for (int column = 0; column < whole.Output.Width; column++)
            {
                int place = whole.Output.Offset(row, column);
                bool isUsed = row < used.UsedRows && column < used.UsedColumns;
                for (int channel = 0; channel < whole.Output.Channels; channel++)
                {
                    Assert.Equal(!isUsed, float.IsNaN(output[place + channel]));
                    Assert.True(!isUsed || Math.Abs(output[place + channel] - wholeOutput[place + channel]) < 1e-5f * size);
                }
            }
        }

        float gradientSize = wholeWeightGradient.Max(Math.Abs);
        Assert.All(wholeWeightGradient.Zip(weightGradient), pair => Assert.InRange(pair.Second - pair.First, -1e-5f * gradientSize, 1e-5f * gradientSize));

        (float[] Output, float[] WeightGradient) Compute(TestedConvolution tested)
        {
            float[] stored = StoredParameter.Place(tested.WeightLayout, weight);
            float[] output = new float[whole.Output.Size];
            Array.Fill(output, float.NaN);
            float[] weightGradient = new float[tested.WeightLayout.StoredLength];
            float[] scratch = new float[tested.BackwardWeights.ScratchLength];
            tested.Forward.Prepare(stored);
            tested.Forward.Run(input, stored, [], output, new float[tested.Forward.ScratchLength]);
            tested.BackwardWeights.Run(input, gradient, weightGradient, [], Accumulation.Overwrite, scratch, endsShard: true);
            return (output, StoredParameter.Take(tested.WeightLayout, weightGradient, whole.WeightCount));
        }
    }

    [Theory]
    [InlineData(3, 1, 16, 16, true)]
    [InlineData(3, 1, 64, 128, true)]
    [InlineData(3, 1, 3, 16, false)]
    [InlineData(3, 1, 16, 3, false)]
    [InlineData(3, 2, 64, 64, false)]
    [InlineData(1, 1, 64, 64, false)]
    [InlineData(5, 1, 64, 64, false)]
    public void It_is_chosen_where_it_applies_and_pays(int kernel, int stride, int inputs, int outputs, bool chosen)
    {
        ConvolutionGeometry geometry = new ConvolutionCase(kernel, stride, Padding: 1, inputs, outputs, 8, 8, 0).Geometry;
        var options = new ExecutionOptions();

        Assert.Equal(chosen, Forward(options) is not DirectForward);
        Assert.IsType<DirectForward>(Forward(options with { Convolution = ConvolutionKind.Direct }));
        Assert.Equal(kernel == 3 && stride == 1, Forward(options with { Convolution = ConvolutionKind.Winograd }) is not DirectForward);
        Assert.IsType<NaiveForward>(Forward(options with { Kernels = KernelPath.Naive }));

        IConvolutionForward Forward(ExecutionOptions execution) => ConvolutionPasses.Forward(new ConvolutionProblem(execution, geometry));
    }

    private static bool IsComputed(ConvolutionCase one) => one.IsPossible
        && Math.Min(Math.Min(one.Height, one.Width), Math.Min(one.Geometry.Output.Height, one.Geometry.Output.Width)) > 1;

    /// <summary>Every pair of sizes around the edges of tiles, with few channels; paddings and borders take turns.</summary>
    private static IEnumerable<ConvolutionCase> ImageSizes() =>
        from height in Sizes
        from width in Sizes
        select new ConvolutionCase(3, 1, Padding: (height + width) % 3, Inputs: 2, Outputs: 17, height, width, Border: height % 3 - 1);

    /// <summary>All numbers of channels, in and out, on images that are whole tiles in one direction only.</summary>
    private static IEnumerable<ConvolutionCase> ChannelPairs() =>
        from inputs in Channels
        from outputs in Channels
        select new ConvolutionCase(3, 1, Padding: 1, inputs, outputs, Height: 4, Width: 6, Border: (inputs + outputs) % 2);

    private static void AssertAgree(ConvolutionCase one, string tier)
    {
        ConvolutionGeometry geometry = one.Geometry;
        IReadOnlyList<NamedValues> reference = ConvolutionRun.Run(TestedConvolution.Naive(geometry), GuardSide.Behind);
        IReadOnlyList<NamedValues> magnitudes = ConvolutionRun.Run(TestedConvolution.Naive(geometry), GuardSide.Behind, absolute: true);
        foreach (GuardSide side in Enum.GetValues<GuardSide>())
        {
            WinogradTolerance.AssertAgree(ConvolutionRun.Run(Winograd(geometry, tier), side), reference, magnitudes);
        }
    }

    private static void AssertSamplesAgree(ConvolutionGeometry geometry, TestedConvolution tested, int samples)
    {
        var random = new RandomValues(seed: 5);
        float[] weight = StoredParameter.Place(tested.WeightLayout, random.Next(geometry.WeightCount));
        float[] input = Many(geometry.Input, samples, random);
        float[] outputGradient = Many(geometry.OutputGradient, samples, random);
        float[] output = new float[geometry.Output.SizeOf(samples)];
        float[] inputGradient = new float[geometry.InputGradient.SizeOf(samples)];
        float[] weightGradient = new float[tested.WeightLayout.StoredLength];
        float[] biasGradient = new float[tested.BiasLayout.StoredLength];
        float[] scratch = new float[tested.BackwardWeights.ScratchLength];
        tested.Forward.Prepare(weight);
        tested.BackwardData.Prepare(weight);
        tested.Forward.RunSamples(input, weight, [], output, new float[tested.Forward.ScratchLength], samples);
        tested.BackwardData.RunSamples(outputGradient, inputGradient, new float[tested.BackwardData.ScratchLength], samples);
        tested.BackwardWeights.RunSamples(input, outputGradient, weightGradient, biasGradient, Accumulation.Overwrite, scratch, samples, endsShard: true);

        float[] oneOutput = new float[output.Length];
        float[] oneInputGradient = new float[inputGradient.Length];
        float[] oneWeightGradient = new float[weightGradient.Length];
        float[] oneBiasGradient = new float[biasGradient.Length];
        for (int n = 0; n < samples; n++)
        {
            ReadOnlySpan<float> x = input.AsSpan(n * geometry.Input.Stride, geometry.Input.Size);
            ReadOnlySpan<float> dy = outputGradient.AsSpan(n * geometry.OutputGradient.Stride, geometry.OutputGradient.Size);
            tested.Forward.Run(x, weight, [], oneOutput.AsSpan(n * geometry.Output.Stride, geometry.Output.Size), new float[tested.Forward.ScratchLength]);
            Span<float> dx = oneInputGradient.AsSpan(n * geometry.InputGradient.Stride, geometry.InputGradient.Size);
            tested.BackwardData.Run(dy, dx, new float[tested.BackwardData.ScratchLength]);
            Accumulation accumulation = n > 0 ? Accumulation.Add : Accumulation.Overwrite;
            tested.BackwardWeights.Run(x, dy, oneWeightGradient, oneBiasGradient, accumulation, scratch, endsShard: n == samples - 1);
        }

        Assert.Equal(oneOutput, output);
        Assert.Equal(oneInputGradient, inputGradient);
        Assert.Equal(oneBiasGradient, biasGradient);

        // The sums of the weight are cut into other blocks.
        float size = oneWeightGradient.Max(Math.Abs);
        Assert.All(oneWeightGradient.Zip(weightGradient), pair => Assert.InRange(pair.Second - pair.First, -2e-6f * size, 2e-6f * size));
    }

    private static float[] Many(SampleLayout layout, int samples, RandomValues random)
    {
        float[] all = new float[layout.SizeOf(samples)];
        for (int n = 0; n < samples; n++)
        {
            Samples.Place(layout, random.Next(layout.Features)).CopyTo(all, n * layout.Stride);
        }

        return all;
    }

    private static TestedConvolution Winograd(ConvolutionGeometry geometry, string tier)
    {
        var problem = new ConvolutionProblem(ExecutionPaths.Options(tier), geometry);
        return new TestedConvolution(problem)
        {
            Forward = ConvolutionPasses.Winograd(problem),
            BackwardData = ConvolutionPasses.WinogradData(problem),
            BackwardWeights = ConvolutionPasses.WinogradWeights(problem),
        };
    }
}
