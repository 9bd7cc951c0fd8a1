using CifarFast.Engine.Kernels.Pooling;
using CsCheck;

namespace CifarFast.Engine.Tests.Kernels.Pooling;

/// <summary>The lists of a pooled image's gradients against the gradient itself.</summary>
public class PooledGradientTests
{
    [Fact]
    public void Lists_hold_what_is_not_zero_window_by_window()
    {
        // Two channels, two rows of two windows, and room for more pixels in a row than the image has.
        var layout = new PooledGradientLayout(new PoolingCase(Window: 2, Stride: 2, Channels: 2, Height: 4, Width: 4, Border: 0).Geometry, Pitch: 10, BandRows: 1);
        float[] argMax = Samples.Place(layout.Pooling.ArgMax, [0, 1, 2, 3, 3, 3, 0, 0]);
        float[] outputGradient = Samples.Place(layout.Pooling.OutputGradient, [1, 0, 2, 3, -0f, 4, 0, float.NaN]);
        float[] lists = new float[layout.Length];
        layout.Gather(argMax, outputGradient, lists);

        Assert.Equal(2, layout.Bands);
        Assert.Equal([1, 1, 2, 1], layout.Counts(lists));
        Assert.Equal((0, 1f), Entry(layout, lists, list: 0, 0));
        Assert.Equal((13, 4f), Entry(layout, lists, list: 1, 0));
        Assert.Equal((30, 2f), Entry(layout, lists, list: 2, 0));
        Assert.Equal((33, 3f), Entry(layout, lists, list: 2, 1));
        Assert.Equal((22, float.NaN), Entry(layout, lists, list: 3, 0));
    }

    [Fact]
    public void Lists_spread_out_again_are_the_gradient() =>
        Gen.Select(Gen.Int[2, 4], Gen.Int[0, 2], Gen.Int[1, 20], Gen.Int[0, 9], Gen.Int[0, 9], Gen.Int[0, 2], Gen.Int[1, 4])
            .Sample((window, apart, channels, more, wider, border, bandRows) => AssertSpreads(
                new PoolingCase(window, window + apart, channels, window + more, window + wider, border).Geometry, bandRows));

    [Fact]
    public void Spans_that_are_too_short_are_refused()
    {
        var layout = new PooledGradientLayout(new PoolingCase(Window: 2, Stride: 2, Channels: 17, Height: 4, Width: 6, Border: 1).Geometry, Pitch: 8, BandRows: 2);
        Memory<float> argMax = new float[layout.Pooling.ArgMax.Size];
        Memory<float> outputGradient = new float[layout.Pooling.OutputGradient.Size];
        Memory<float> lists = new float[layout.Length];

        ShortSpans.AssertRefused([argMax, outputGradient, lists], spans => layout.Gather(spans[0].Span, spans[1].Span, spans[2].Span));
    }

    private static (int Pixel, float Value) Entry(PooledGradientLayout layout, ReadOnlySpan<float> lists, int list, int entry) =>
        (layout.Pixels(lists)[(list * layout.Capacity) + entry], layout.Values(lists)[(list * layout.Capacity) + entry]);

    private static void AssertSpreads(PoolingGeometry geometry, int bandRows)
    {
        foreach (GuardSide side in Enum.GetValues<GuardSide>())
        {
            using var memory = new GuardedMemory(side);
            var random = new RandomValues(seed: 1);
            var layout = new PooledGradientLayout(geometry, geometry.InputGradient.Width + 3, bandRows);
            float[] values = random.Next(geometry.Output.Features);
            values.AsSpan(0, values.Length / 3).Clear();
            ReadOnlySpan<float> argMax = memory.Hold(Samples.Place(geometry.ArgMax, random.NextOf(WindowPositions(geometry.Window), geometry.ArgMax.Features)));
            ReadOnlySpan<float> outputGradient = memory.Hold(Samples.Place(geometry.OutputGradient, values));
            Span<float> lists = memory.Allocate(layout.Length);
            layout.Gather(argMax, outputGradient, lists);
            memory.AssertIntact();

            float[] expected = new float[geometry.InputGradient.Size];
            new NaiveMaxPool(geometry).Backward(argMax, outputGradient, expected);
            float[] spread = new float[geometry.InputGradient.Size];
            for (int list = 0; list < layout.Bands * layout.Channels; list++)
            {
                for (int entry = 0; entry < layout.Counts(lists)[list]; entry++)
                {
                    (int pixel, float value) = Entry(layout, lists, list, entry);
                    spread[geometry.InputGradient.Offset(pixel / layout.Pitch, pixel % layout.Pitch) + (list % layout.Channels)] += value;
                }
            }

            Exactly.AssertEqual($"{geometry}", spread, expected);
        }
    }

    private static float[] WindowPositions(int window) => [.. Enumerable.Range(0, window * window).Select(place => (float)place)];
}
