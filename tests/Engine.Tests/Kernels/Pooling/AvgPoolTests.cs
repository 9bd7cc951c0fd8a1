using CifarFast.Engine.Kernels.Pooling;
using CifarFast.Engine.Tests.Execution;
using CsCheck;

namespace CifarFast.Engine.Tests.Kernels.Pooling;

/// <summary>Average-pooling of every tier against the naive one, and that one against numbers worked out by hand.</summary>
public class AvgPoolTests
{
    private static readonly PoolingGeometry[] Cases =
    [
        .. from channels in new[] { 1, 3, 24, 67 }
           from window in new[] { 1, 2, 3 }
           from stride in new[] { 1, 2, 3 }
           select new PoolingCase(window, stride, channels, Height: 6, Width: 7, (channels + window + stride) % 2).Geometry,
    ];

    public static TheoryData<string> Tiers => ExecutionPaths.Fast;

    [Theory]
    [MemberData(nameof(Tiers))]
    public void Both_passes_agree_with_the_naive_ones(string tier) => Assert.All(Cases, geometry => AssertAgree(geometry, tier));

    [Theory]
    [MemberData(nameof(Tiers))]
    public void Both_passes_agree_with_the_naive_ones_on_adaptive_windows(string tier) =>
        Gen.Select(Gen.Int[1, 9], Gen.Int[1, 9], Gen.Int[1, 9], Gen.Int[1, 9], Gen.OneOfConst(1, 3, 24, 67), Gen.Int[0, 2])
            .Sample((height, width, rows, columns, channels, border) => AssertAgree(
                PoolingCase.GeometryOf(PoolingWindows.Adaptive(height, rows), PoolingWindows.Adaptive(width, columns), channels, border), tier), iter: 30);

    [Theory]
    [MemberData(nameof(ExecutionPaths.All), MemberType = typeof(ExecutionPaths))]
    public void Windows_that_overlap_add_their_shares_up(string path)
    {
        PoolingGeometry geometry = new PoolingCase(Window: 2, Stride: 1, Channels: 1, Height: 2, Width: 4, Border: 0).Geometry;
        IAvgPool pool = AvgPoolKernels.Create(ExecutionPaths.Options(path), geometry);
        float[] output = new float[geometry.Output.Size];
        float[] inputGradient = new float[geometry.InputGradient.Size];
        pool.Forward(Samples.Place(geometry.Input, [1, 9, 2, 3, 0, 6, 0, 1]), output);
        pool.Backward(Samples.Place(geometry.OutputGradient, [4, 8, 16]), inputGradient);

        Assert.Equal([4, 4.25f, 1.5f], Enumerable.Range(0, 3).Select(i => output[geometry.Output.OffsetOfFeature(i)]));
        Assert.Equal([1, 3, 6, 4, 1, 3, 6, 4], Enumerable.Range(0, 8).Select(i => inputGradient[geometry.InputGradient.OffsetOfFeature(i)]));
    }

    [Theory]
    [MemberData(nameof(ExecutionPaths.All), MemberType = typeof(ExecutionPaths))]
    public void The_mean_of_a_window_with_NaN_is_NaN(string path)
    {
        PoolingGeometry geometry = new PoolingCase(Window: 2, Stride: 2, Channels: 19, Height: 2, Width: 4, Border: 0).Geometry;
        float[] values = [.. Enumerable.Repeat(1f, geometry.Input.Features)];
        values[^1] = float.NaN;
        values[0] = float.PositiveInfinity;
        float[] output = new float[geometry.Output.Size];
        AvgPoolKernels.Create(ExecutionPaths.Options(path), geometry).Forward(Samples.Place(geometry.Input, values), output);

        output = [.. Enumerable.Range(0, geometry.Output.Features).Select(i => output[geometry.Output.OffsetOfFeature(i)])];
        Assert.Equal([float.PositiveInfinity, .. Enumerable.Repeat(1f, output.Length - 2), float.NaN], output);
    }

    [Theory]
    [MemberData(nameof(Tiers))]
    public void Spans_that_are_too_short_are_refused(string tier)
    {
        PoolingGeometry geometry = new PoolingCase(Window: 2, Stride: 2, Channels: 17, Height: 4, Width: 6, Border: 1).Geometry;
        IAvgPool pool = AvgPoolKernels.Create(ExecutionPaths.Options(tier), geometry);
        Memory<float> input = new float[geometry.Input.Size];
        Memory<float> output = new float[geometry.Output.Size];
        Memory<float> outputGradient = new float[geometry.OutputGradient.Size];
        Memory<float> inputGradient = new float[geometry.InputGradient.Size];

        ShortSpans.AssertRefused([input, output], spans => pool.Forward(spans[0].Span, spans[1].Span));
        ShortSpans.AssertRefused([outputGradient, inputGradient], spans => pool.Backward(spans[0].Span, spans[1].Span));
    }

    /// <summary>Agree with the naive kernels but for rounding, and with those on single floats in every bit.</summary>
    private static void AssertAgree(PoolingGeometry geometry, string tier)
    {
        IReadOnlyList<NamedValues> reference = Run(geometry, "naive", GuardSide.Behind);
        IReadOnlyList<NamedValues> magnitudes = Run(geometry, "naive", GuardSide.Behind, absolute: true);
        IReadOnlyList<NamedValues> scalar = Run(geometry, "scalar", GuardSide.Behind);
        foreach (GuardSide side in Enum.GetValues<GuardSide>())
        {
            IReadOnlyList<NamedValues> computed = Run(geometry, tier, side);
            ScaledTolerance.AssertAgree(computed, reference, magnitudes);
            Assert.All(computed.Zip(scalar), pair => Exactly.AssertEqual($"{geometry}: {pair.First.Name}", pair.First.Values, pair.Second.Values));
        }
    }

    private static IReadOnlyList<NamedValues> Run(PoolingGeometry geometry, string path, GuardSide side, bool absolute = false)
    {
        using var memory = new GuardedMemory(side);
        var random = new RandomValues(seed: 1, absolute);
        IAvgPool pool = AvgPoolKernels.Create(ExecutionPaths.Options(path), geometry);
        ReadOnlySpan<float> input = memory.Hold(Samples.Place(geometry.Input, random.Next(geometry.Input.Features)));
        ReadOnlySpan<float> outputGradient = memory.Hold(Samples.Place(geometry.OutputGradient, random.Next(geometry.Output.Features)));
        Span<float> output = memory.Allocate(geometry.Output.Size);
        Span<float> inputGradient = memory.Allocate(geometry.InputGradient.Size);
        pool.Forward(input, output);
        pool.Backward(outputGradient, inputGradient);
        memory.AssertIntact();
        return
        [
            new NamedValues("output", Samples.Take(geometry.Output, output)),
            new NamedValues("input gradient", Samples.Take(geometry.InputGradient, inputGradient)),
        ];
    }
}
