using CifarFast.Engine.Nn;
using CifarFast.Engine.Kernels.Elementwise;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Kernels.Normalization;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Execution;

namespace CifarFast.Engine.Tests.Kernels.Normalization;

/// <summary>Batch normalisation of every tier against the naive one between guarded pages, bit for bit against each other, and on hard numbers.</summary>
public class BatchNormTests
{
    private static readonly (int Channels, int Height, int Width)[] _sizes =
        [(1, 1, 1), (3, 5, 7), (24, 3, 4), (67, 2, 3), (16, 1, 9), (32, 6, 1), (33, 15, 15)];

    /// <summary>As they are, far from zero, tiny, and huge.</summary>
    private static readonly (float Offset, float Scale)[] _values = [(0, 1), (10_000, 1), (-3, 1e-20f), (0, 1e15f)];

    public static TheoryData<string> Tiers => ExecutionPaths.Fast;

    [Theory]
    [MemberData(nameof(Tiers))]
    public void All_passes_agree_with_the_naive_ones(string tier)
    {
        foreach ((int channels, int height, int width) in _sizes)
        {
            BatchNormGeometry geometry = Geometry(channels, height, width);
            foreach ((float offset, float scale) in _values)
            {
                Results expected = Run("naive", geometry, offset, scale, GuardSide.Behind);
                foreach (GuardSide side in Enum.GetValues<GuardSide>())
                {
                    AssertClose(expected, Run(tier, geometry, offset, scale, side));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Tiers))]
    public void All_passes_have_the_bits_of_the_scalar_tier(string tier)
    {
        foreach ((int channels, int height, int width) in _sizes)
        {
            BatchNormGeometry geometry = Geometry(channels, height, width);
            Results expected = Run("scalar", geometry, offset: 3, scale: 1, GuardSide.Behind);
            Results actual = Run(tier, geometry, offset: 3, scale: 1, GuardSide.Behind);
            foreach ((Part right, Part part) in expected.Parts.Zip(actual.Parts))
            {
                Assert.Equal(right.Values, part.Values);
            }
        }
    }

    [Theory]
    [MemberData(nameof(ExecutionPaths.All), MemberType = typeof(ExecutionPaths))]
    public void Moments_of_what_is_far_from_zero_keep_their_digits(string path)
    {
        // The deviation is 10⁻⁴ of the mean: squares of the values themselves would leave nothing of it.
        BatchNormGeometry geometry = Geometry(channels: 17, height: 16, width: 16);
        float[] values = [.. new RandomValues(seed: 4).Next(geometry.Input.Features).Select(value => 10_000 + value)];
        double[] mean = new double[17];
        double[] squares = new double[17];
        BatchNormKernels.Create(ExecutionPaths.Options(path), geometry).Moments(Samples.Place(geometry.Input, values), mean, squares);
        for (int c = 0; c < 17; c++)
        {
            double[] own = [.. values.Skip(c * 256).Take(256).Select(value => (double)value)];
            double average = own.Average();
            double exact = own.Sum(value => (value - average) * (value - average));
            Assert.Equal(average, mean[c], 1e-8 * average);
            Assert.Equal(exact, squares[c], 1e-5 * exact);
        }
    }

    [Theory]
    [MemberData(nameof(ExecutionPaths.All), MemberType = typeof(ExecutionPaths))]
    public void A_constant_has_no_deviation_and_NaN_goes_through(string path)
    {
        BatchNormGeometry geometry = Geometry(channels: 19, height: 3, width: 3);
        float[] values = [.. Enumerable.Repeat(0.3f, geometry.Input.Features)];
        values[(18 * 9) + 4] = float.NaN;
        double[] mean = new double[19];
        double[] squares = new double[19];
        IBatchNorm kernels = BatchNormKernels.Create(ExecutionPaths.Options(path), geometry);
        float[] input = Samples.Place(geometry.Input, values);
        kernels.Moments(input, mean, squares);
        Assert.All(squares.Take(18), square => Assert.Equal(0, square, 1e-13));
        Assert.All(mean.Take(18), value => Assert.Equal(0.3f, value, 1e-8));
        Assert.True(double.IsNaN(mean[18]) && double.IsNaN(squares[18]));

        float[] output = new float[geometry.Output.Size];
        kernels.Forward(input, new float[19], [.. Enumerable.Repeat(1f, 19)], new float[19], output);
        Assert.Single(output, float.IsNaN);
    }

    [Theory]
    [MemberData(nameof(Tiers))]
    public void Spans_that_are_too_short_are_refused(string tier)
    {
        BatchNormGeometry geometry = Geometry(channels: 17, height: 2, width: 3);
        IBatchNorm kernels = BatchNormKernels.Create(ExecutionPaths.Options(tier), geometry);
        Memory<float> input = new float[geometry.Input.Size];
        Memory<float> output = new float[geometry.Output.Size];
        Memory<float> outputGradient = new float[geometry.OutputGradient.Size];
        Memory<float> inputGradient = new float[geometry.InputGradient.Size];
        Memory<float> Numbers() => new float[17];

        ShortSpans.AssertRefused([input, Numbers(), Numbers(), Numbers(), output], spans =>
            kernels.Forward(spans[0].Span, spans[1].Span, spans[2].Span, spans[3].Span, spans[4].Span));
        ShortSpans.AssertRefused([input, Numbers(), Numbers(), Numbers(), outputGradient, Numbers(), Numbers(), inputGradient], spans => kernels.BackwardSums(
            spans[0].Span, spans[1].Span, spans[2].Span, spans[3].Span, spans[4].Span, spans[5].Span, spans[6].Span, Accumulation.Add, spans[7].Span));
        ShortSpans.AssertRefused([input, Numbers(), Numbers(), Numbers(), Numbers(), outputGradient, inputGradient], spans =>
            kernels.BackwardInput(spans[0].Span, spans[1].Span, spans[2].Span, spans[3].Span, spans[4].Span, spans[5].Span, spans[6].Span));
    }

    /// <summary>In one loop, and one after the other: the same bits.</summary>
    [Theory]
    [MemberData(nameof(Tiers))]
    public void An_activation_along_gives_what_the_two_give_one_after_the_other(string tier)
    {
        foreach (Activation activation in (Activation[])[new ReLU(), new LeakyReLU(0.3f), new GELU(), new GELU(GELUApproximation.Tanh), new SiLU()])
        {
            AssertSame(activation, ExecutionPaths.Options(tier), Geometry(channels: 67, height: 3, width: 5));
        }
    }

    [Fact]
    public void Moments_of_parts_merge_to_those_of_all()
    {
        float[] values = [.. new RandomValues(seed: 5).Next(100).Select(value => 50 + value)];
        ChannelMoments Of(IEnumerable<float> part)
        {
            double mean = part.Average(value => (double)value);
            return new ChannelMoments(part.Count(), mean, part.Sum(value => (value - mean) * (value - mean)));
        }

        ChannelMoments all = Of(values);
        ChannelMoments merged = ChannelMoments.Merge(ChannelMoments.Merge(Of(values.Take(1)), Of(values.Skip(1).Take(60))), Of(values.Skip(61)));
        Assert.Equal(all.Count, merged.Count);
        Assert.Equal(all.Mean, merged.Mean, 1e-12);
        Assert.Equal(all.Squares, merged.Squares, 1e-10 * all.Squares);
    }

    private static BatchNormGeometry Geometry(int channels, int height, int width) => new(
        new SampleLayout(channels, height, width, 1),
        new SampleLayout(channels, height, width, 2),
        new SampleLayout(channels, height, width, 0),
        new SampleLayout(channels, height, width, 1));

    private static void AssertSame(Activation activation, ExecutionOptions execution, BatchNormGeometry geometry)
    {
        var random = new RandomValues(seed: 9);
        float[] input = Samples.Place(geometry.Input, random.Next(geometry.Input.Features));
        float[] outputGradient = Samples.Place(geometry.OutputGradient, random.Next(geometry.Input.Features));
        float[] mean = random.Next(geometry.Channels);
        float[] scale = [.. random.Next(geometry.Channels).Select(value => 3 * value)];
        float[] shift = random.Next(geometry.Channels);
        IBatchNorm fused = activation.Bind(new Binder(execution, geometry, activation.BackwardReadsOutput));
        float[] output = Unwritten(geometry.Output);
        float[] inputGradient = Unwritten(geometry.InputGradient);
        float[] products = new float[geometry.Channels];
        float[] sums = new float[geometry.Channels];
        fused.Forward(input, mean, scale, shift, output);
        fused.BackwardSums(input, mean, scale, shift, outputGradient, products, sums, Accumulation.Overwrite, inputGradient);

        IBatchNorm alone = BatchNormKernels.Create(execution, geometry);
        ActivationKernels kernels = activation.CreateKernels(execution);
        float[] placed = Unwritten(geometry.Output);
        alone.Forward(input, mean, scale, shift, placed);
        float[] between = Samples.Take(geometry.Output, placed);
        float[] expected = new float[between.Length];
        kernels.Forward(between, expected);
        Assert.Equal(expected, Samples.Take(geometry.Output, output));

        float[] read = activation.BackwardReadsOutput ? expected : between;
        float[] gradient = new float[read.Length];
        kernels.Backward(read, Samples.Take(geometry.OutputGradient, outputGradient), gradient);
        float[] expectedProducts = new float[geometry.Channels];
        float[] expectedSums = new float[geometry.Channels];
        float[] copy = Unwritten(geometry.InputGradient);
        alone.BackwardSums(
            input, mean, scale, shift, Samples.Place(geometry.OutputGradient, gradient), expectedProducts, expectedSums, Accumulation.Overwrite, copy);
        Assert.Equal(Samples.Take(geometry.InputGradient, copy), Samples.Take(geometry.InputGradient, inputGradient));
        Assert.Equal(expectedProducts, products);
        Assert.Equal(expectedSums, sums);
    }

    private static float[] Unwritten(SampleLayout layout) => [.. Enumerable.Repeat(GuardedMemory.Canary, layout.Size)];

    private readonly struct Binder(ExecutionOptions execution, BatchNormGeometry geometry, bool readsOutput) : IActivationBinder<IBatchNorm>
    {
        public IBatchNorm Bind<TActivation>(TActivation activation)
            where TActivation : struct, IActivation => BatchNormKernels.CreateFast(execution, geometry, activation, readsOutput);
    }

    private static Results Run(string path, BatchNormGeometry geometry, float offset, float scale, GuardSide side)
    {
        using var memory = new GuardedMemory(side);
        IBatchNorm kernels = BatchNormKernels.Create(ExecutionPaths.Options(path), geometry);
        int channels = geometry.Channels;
        var random = new RandomValues(seed: 3);
        float[] x = [.. random.Next(geometry.Input.Features).Select(value => (offset + value) * scale)];
        ReadOnlySpan<float> input = memory.Hold(Samples.Place(geometry.Input, x));
        float[] gradients = random.Next(geometry.Input.Features);
        ReadOnlySpan<float> outputGradient = memory.Hold(Samples.Place(geometry.OutputGradient, gradients));
        double[] mean = new double[channels];
        double[] squares = new double[channels];
        kernels.Moments(input, mean, squares);

        // Of the same numbers on every path, so that what follows can be compared.
        float[] about = [.. Enumerable.Range(0, channels).Select(c => x[c * geometry.Pixels])];
        ReadOnlySpan<float> means = memory.Hold(about);
        ReadOnlySpan<float> scales = memory.Hold(random.Next(channels));
        ReadOnlySpan<float> slopes = memory.Hold([.. random.Next(channels).Select(value => value / scale)]);
        ReadOnlySpan<float> shifts = memory.Hold(random.Next(channels));
        Span<float> output = memory.Allocate(geometry.Output.Size);
        kernels.Forward(input, means, slopes, shifts, output);
        Span<float> products = memory.Allocate(random.Next(channels));
        Span<float> sums = memory.Allocate(random.Next(channels));
        Span<float> inputGradient = memory.Allocate(geometry.InputGradient.Size);
        kernels.BackwardSums(input, means, slopes, shifts, outputGradient, products, sums, Accumulation.Add, inputGradient);
        float[] copied = Samples.Take(geometry.InputGradient, inputGradient);
        Assert.Equal(gradients, copied);
        kernels.BackwardInput(input, means, scales, slopes, shifts, outputGradient, inputGradient);
        memory.AssertIntact();
        double largest = x.Max(value => Math.Abs((double)value));
        double deviation = x.Zip(Enumerable.Range(0, x.Length), (value, i) => Math.Abs((double)value - about[i / geometry.Pixels])).Max();
        return new Results(
            new Part([.. mean.Select(value => (float)value)], largest),
            new Part([.. squares.Select(value => (float)value)], geometry.Pixels * deviation * deviation * 4),
            new Part(Samples.Take(geometry.Output, output), 2 + (deviation / scale)),
            new Part(products.ToArray(), 1 + (geometry.Pixels * deviation)),
            new Part(sums.ToArray(), 1 + geometry.Pixels),
            new Part(Samples.Take(geometry.InputGradient, inputGradient), 3 + (deviation / scale)));
    }

    private static void AssertClose(Results expected, Results actual)
    {
        foreach ((Part right, Part part) in expected.Parts.Zip(actual.Parts))
        {
            foreach ((float one, float other) in right.Values.Zip(part.Values))
            {
                Assert.True(Math.Abs((double)one - other) <= ScaledTolerance.Factor * ScaledTolerance.Epsilon * right.Magnitude, $"{one} and {other} of {right.Magnitude}");
            }
        }
    }

    /// <summary>Numbers, and the sum of the magnitudes that each is made of, at most.</summary>
    private sealed record Part(float[] Values, double Magnitude);

    private sealed record Results(params Part[] Parts);
}
