using CifarFast.Engine.Kernels.Dropout;
using CifarFast.Engine.Randomness;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Tests.Kernels.Dropout;

public class DropoutKernelTests
{
    private static readonly RandomKey _key = new(2026);

    [Theory]
    [InlineData(1, 3, 4, 0)]
    [InlineData(3, 4, 3, 1)]
    [InlineData(24, 2, 3, 2)]
    [InlineData(67, 1, 2, 1)]
    [InlineData(35, 1, 1, 0)]
    public void An_element_is_kept_by_its_place_in_PyTorch_s_order(int channels, int height, int width, int border)
    {
        const float probability = 0.3f;
        var inner = new SampleLayout(channels, height, width, border);
        SampleLayout outer = inner with { Border = border + 1 };
        foreach (GuardSide side in Enum.GetValues<GuardSide>())
        {
            using var memory = new GuardedMemory(side);
            float[] values = new RandomValues(seed: 1).Next(inner.Features);
            ReadOnlySpan<float> input = memory.Hold(Samples.Place(inner, values));
            Span<float> output = memory.Allocate(outer.Size);
            Span<float> inPlace = memory.Allocate(Samples.Place(inner, values));
            var kernel = new DropoutKernel(probability);
            kernel.Run(_key, inner, input, outer, output);
            kernel.Run(_key, inner, inPlace, inner, inPlace);
            memory.AssertIntact();

            float[] expected = [.. values.Select((value, place) => (_key.Bits((ulong)place) >> 32) / (double)(1L << 32) < probability ? 0 : value * (float)(1 / (1 - (double)probability)))];
            Exactly.AssertEqual("output", Samples.Take(outer, output), expected);
            Exactly.AssertEqual("in place", inPlace, Samples.Place(inner, expected));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.1f)]
    [InlineData(0.5f)]
    [InlineData(0.97f)]
    [InlineData(1)]
    public void As_many_are_dropped_as_is_probable(float probability)
    {
        const int count = 100_000;
        float[] output = Run(new DropoutKernel(probability), [.. Enumerable.Repeat(1f, count)]);

        // Five deviations at most.
        Assert.Equal(probability, output.Count(value => value == 0) / (double)count, 5 * Math.Sqrt(0.25 / count));
        Assert.Equal(probability == 0 ? [1] : probability == 1 ? [0] : [0, (float)(1 / (1 - (double)probability))], output.Distinct().Order());
    }

    [Fact]
    public void NaN_goes_through()
    {
        float[] output = Run(new DropoutKernel(0.5f), [.. Enumerable.Repeat(float.NaN, 100)]);
        Assert.All(output, value => Assert.True(float.IsNaN(value)));
    }

    [Fact]
    public void Spans_that_are_too_short_are_refused()
    {
        var layout = new SampleLayout(3, 4, 5, Border: 1);
        ShortSpans.AssertRefused([new float[layout.Size], new float[layout.Size]], spans => new DropoutKernel(0.5f).Run(_key, layout, spans[0].Span, layout, spans[1].Span));
    }

    private static float[] Run(DropoutKernel kernel, float[] values)
    {
        var layout = new SampleLayout(values.Length, 1, 1, Border: 0);
        float[] output = new float[values.Length];
        kernel.Run(_key, layout, values, layout, output);
        return output;
    }
}
