using System.Runtime.InteropServices;
using CifarFast.Engine.Kernels.Pooling;
using CifarFast.Engine.Tests.Execution;
using CsCheck;

namespace CifarFast.Engine.Tests.Kernels.Pooling;

/// <summary>Max-pooling of every tier against the naive one, and that one against numbers worked out by hand.</summary>
public class MaxPoolTests
{
    /// <summary>Few values make many ties.</summary>
    private static readonly float[] Choices = [-2, -1, -0f, 0, 1, 2, float.NegativeInfinity, float.PositiveInfinity];

    private static readonly Dictionary<string, PoolingCase> Cases = (
        from channels in new[] { 1, 3, 15, 16, 17, 31, 32, 33 }
        from window in new[] { 1, 2, 3, 5 }
        from stride in new[] { 1, 2, 3, 5 }
        from size in new[] { (Height: 6, Width: 10), (Height: 5, Width: 7) }
        select new PoolingCase(window, stride, channels, size.Height, size.Width, (channels + window + stride) % 2)).ToDictionary(one => one.ToString());

    public static TheoryData<string> Tiers => ExecutionPaths.Fast;

    [Theory]
    [MemberData(nameof(Tiers))]
    public void Both_passes_agree_with_the_naive_ones(string tier) => Assert.All(Cases.Values, one => AssertAgree(one.Geometry, tier));

    [Theory]
    [MemberData(nameof(Tiers))]
    [Trait("Emulated", "yes")]
    public void Both_passes_agree_with_the_naive_ones_on_any_geometry(string tier) =>
        Gen.Select(Gen.Int[1, 4], Gen.Int[1, 4], Gen.Int[1, 40], Gen.Int[0, 7], Gen.Int[0, 7], Gen.Int[0, 2])
            .Sample((window, stride, channels, more, wider, border) =>
                AssertAgree(new PoolingCase(window, stride, channels, window + more, window + wider, border).Geometry, tier), iter: 100);

    [Theory]
    [MemberData(nameof(Tiers))]
    public void Both_passes_agree_with_the_naive_ones_on_adaptive_windows(string tier) =>
        Gen.Select(Gen.Int[1, 9], Gen.Int[1, 9], Gen.Int[1, 9], Gen.Int[1, 9], Gen.OneOfConst(1, 3, 24, 67), Gen.Int[0, 2])
            .Sample((height, width, rows, columns, channels, border) => AssertAgree(
                PoolingCase.GeometryOf(PoolingWindows.Adaptive(height, rows), PoolingWindows.Adaptive(width, columns), channels, border), tier), iter: 30);

    [Theory]
    [MemberData(nameof(ExecutionPaths.All), MemberType = typeof(ExecutionPaths))]
    public void The_first_of_equal_maxima_in_row_order_takes_the_gradient(string path)
    {
        // Two channels with the same pixels; the last window has its maximum in the second row only.
        IMaxPool pool = Create(new PoolingCase(Window: 2, Stride: 2, Channels: 2, Height: 2, Width: 6, Border: 0), path, out PoolingGeometry geometry);
        float[] image = [5, 5, 1, 4, 0, 0, 5, 5, 4, 4, 3, 3];
        float[] input = Samples.Place(geometry.Input, [.. image, .. image]);
        float[] output = new float[geometry.Output.Size];
        ushort[] argMax = new ushort[geometry.ArgMax.Size];
        float[] inputGradient = new float[geometry.InputGradient.Size];
        pool.Forward(input, output, argMax);
        float[] outputGradient = Samples.Place(geometry.OutputGradient, [10, 20, 30, 40, 50, 60]);
        pool.Backward(argMax, outputGradient, inputGradient);

        inputGradient = [.. Enumerable.Range(0, 24).Select(i => inputGradient[geometry.InputGradient.OffsetOfFeature(i)])];
        Assert.Equal([10, 0, 0, 20, 0, 0, 0, 0, 0, 0, 30, 0, 40, 0, 0, 50, 0, 0, 0, 0, 0, 0, 60, 0], inputGradient);
    }

    [Theory]
    [MemberData(nameof(ExecutionPaths.All), MemberType = typeof(ExecutionPaths))]
    public void Windows_that_overlap_add_their_gradients_up(string path)
    {
        IMaxPool pool = Create(new PoolingCase(Window: 2, Stride: 1, Channels: 1, Height: 2, Width: 4, Border: 0), path, out PoolingGeometry geometry);
        float[] input = Samples.Place(geometry.Input, [1, 9, 2, 3, 0, 0, 0, 0]);
        float[] output = new float[geometry.Output.Size];
        ushort[] argMax = new ushort[geometry.ArgMax.Size];
        float[] inputGradient = new float[geometry.InputGradient.Size];
        pool.Forward(input, output, argMax);
        pool.Backward(argMax, Samples.Place(geometry.OutputGradient, [10, 20, 40]), inputGradient);

        Assert.Equal([9, 9, 3], Enumerable.Range(0, 3).Select(i => output[geometry.Output.OffsetOfFeature(i)]));
        Assert.Equal([0, 30, 0, 40, 0, 0, 0, 0], Enumerable.Range(0, 8).Select(i => inputGradient[geometry.InputGradient.OffsetOfFeature(i)]));
    }

    [Theory]
    [MemberData(nameof(ExecutionPaths.All), MemberType = typeof(ExecutionPaths))]
    public void The_maximum_of_a_window_with_NaN_is_NaN(string path)
    {
        const int channels = 35;
        IMaxPool pool = Create(new PoolingCase(Window: 2, Stride: 2, channels, Height: 2, Width: 2, Border: 0), path, out PoolingGeometry geometry);
        for (int place = 0; place < 4; place++)
        {
            float[] values = [.. Enumerable.Repeat(1f, 4 * channels)];
            for (int channel = 0; channel < channels; channel += 2)
            {
                values[(channel * 4) + place] = float.NaN;
            }

            float[] output = new float[geometry.Output.Size];
            ushort[] argMax = new ushort[geometry.ArgMax.Size];
            pool.Forward(Samples.Place(geometry.Input, values), output, argMax);
            Assert.All(argMax, place => Assert.Contains(place, new ushort[] { 0, 1, 2, 3 }));
            for (int channel = 0; channel < channels; channel++)
            {
                Assert.Equal(channel % 2 == 0 ? float.NaN : 1, output[geometry.Output.OffsetOfFeature(channel)]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Tiers))]
    public void Spans_that_are_too_short_are_refused(string tier)
    {
        IMaxPool pool = Create(new PoolingCase(Window: 2, Stride: 2, Channels: 17, Height: 4, Width: 6, Border: 1), tier, out PoolingGeometry geometry);
        Memory<float> input = new float[geometry.Input.Size];
        Memory<float> output = new float[geometry.Output.Size];
        ushort[] argMax = new ushort[geometry.ArgMax.Size];
        Memory<float> outputGradient = new float[geometry.OutputGradient.Size];
        Memory<float> inputGradient = new float[geometry.InputGradient.Size];

        ShortSpans.AssertRefused([input, output], spans => pool.Forward(spans[0].Span, spans[1].Span, argMax));
        ShortSpans.AssertRefused([outputGradient, inputGradient], spans => pool.Backward(argMax, spans[0].Span, spans[1].Span));
        Assert.ThrowsAny<ArgumentException>(() => pool.Forward(input.Span, output.Span, argMax.AsSpan()[..^1]));
        Assert.ThrowsAny<ArgumentException>(() => pool.Backward(argMax.AsSpan()[..^1], outputGradient.Span, inputGradient.Span));
    }

    private static IMaxPool Create(PoolingCase one, string path, out PoolingGeometry geometry)
    {
        geometry = one.Geometry;
        return MaxPoolKernels.Create(ExecutionPaths.Options(path), geometry);
    }

    private static void AssertAgree(PoolingGeometry geometry, string tier)
    {
        IReadOnlyList<NamedValues> reference = Run(MaxPoolKernels.Create(ExecutionPaths.Options("naive"), geometry), geometry, GuardSide.Behind);
        foreach (GuardSide side in Enum.GetValues<GuardSide>())
        {
            foreach ((NamedValues right, NamedValues computed) in reference.Zip(Run(MaxPoolKernels.Create(ExecutionPaths.Options(tier), geometry), geometry, side)))
            {
                Exactly.AssertEqual($"{geometry}: {computed.Name}", computed.Values, right.Values);
            }
        }
    }

    private static IReadOnlyList<NamedValues> Run(IMaxPool pool, PoolingGeometry geometry, GuardSide side)
    {
        using var memory = new GuardedMemory(side);
        var random = new RandomValues(seed: 1);
        ReadOnlySpan<float> input = memory.Hold(Samples.Place(geometry.Input, random.NextOf(Choices, geometry.Input.Features)));
        ReadOnlySpan<float> outputGradient = memory.Hold(Samples.Place(geometry.OutputGradient, random.Next(geometry.Output.Features)));
        Span<float> output = memory.Allocate(geometry.Output.Size);
        Span<float> outputAlone = memory.Allocate(geometry.Output.Size);
        Span<ushort> argMax = MemoryMarshal.Cast<float, ushort>(memory.Allocate((geometry.ArgMax.Size + 1) / 2))[..geometry.ArgMax.Size];
        Span<float> inputGradient = memory.Allocate(geometry.InputGradient.Size);
        pool.Forward(input, output, argMax);
        pool.Forward(input, outputAlone, argMax: []);
        pool.Backward(argMax, outputGradient, inputGradient);
        memory.AssertIntact();
        return
        [
            new NamedValues("output", Samples.Take(geometry.Output, output)),
            new NamedValues("output without argmax", Samples.Take(geometry.Output, outputAlone)),
            new NamedValues("argmax", [.. argMax.ToArray().Select(place => (float)place)]),
            new NamedValues("input gradient", Samples.Take(geometry.InputGradient, inputGradient)),
        ];
    }
}
