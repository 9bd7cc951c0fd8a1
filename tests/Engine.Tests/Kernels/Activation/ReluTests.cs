using CifarFast.Engine.Kernels.Activation;
using CifarFast.Engine.Tests.Networks;

namespace CifarFast.Engine.Tests.Kernels.Activation;

public class ReluTests
{
    private static readonly float[] Choices =
        [-3, -1e-30f, -0f, 0, 1e-30f, 2, 0.5f, float.MaxValue, float.NegativeInfinity, float.PositiveInfinity, float.NaN];

    public static TheoryData<string> Tiers => ExecutionPaths.Fast;

    [Theory]
    [MemberData(nameof(Tiers))]
    public void Both_passes_agree_with_the_naive_ones_for_every_length(string tier)
    {
        IRelu relu = ReluAlgorithm.Create(ExecutionPaths.Options(tier));
        var naive = new NaiveRelu();
        for (int length = 0; length <= 256; length++)
        {
            var random = new RandomValues((ulong)length);
            float[] values = random.NextOf(Choices, length);
            float[] gradient = random.Next(length);
            float[] referenceValues = [.. values];
            float[] referenceGradient = [.. gradient];
            naive.Forward(referenceValues);
            naive.Backward(values, referenceGradient);
            foreach (GuardSide side in Enum.GetValues<GuardSide>())
            {
                using var memory = new GuardedMemory(side);
                Span<float> computedValues = memory.Allocate(values);
                Span<float> computedGradient = memory.Allocate(gradient);
                relu.Forward(computedValues);
                relu.Backward(memory.Hold(values), computedGradient);
                memory.AssertIntact();
                Exactly.AssertEqual($"values of {length}", computedValues, referenceValues);
                Exactly.AssertEqual($"gradient of {length}", computedGradient, referenceGradient);
            }
        }
    }

    [Theory]
    [MemberData(nameof(ExecutionPaths.All), MemberType = typeof(ExecutionPaths))]
    public void Negative_values_become_zero_and_pass_no_gradient(string path)
    {
        IRelu relu = ReluAlgorithm.Create(ExecutionPaths.Options(path));
        float[] values = [.. Enumerable.Range(0, 40).Select(i => i - 20f), float.NaN];
        relu.Forward(values);
        Assert.Equal([.. Enumerable.Repeat(0f, 20), .. Enumerable.Range(0, 20).Select(i => (float)i), float.NaN], values);

        float[] gradient = [.. Enumerable.Repeat(7f, 41)];
        relu.Backward(values, gradient);
        Assert.Equal([.. Enumerable.Repeat(0f, 21), .. Enumerable.Repeat(7f, 19), 0f], gradient);
    }

    [Theory]
    [MemberData(nameof(Tiers))]
    public void A_gradient_of_another_length_is_refused(string tier)
    {
        IRelu relu = ReluAlgorithm.Create(ExecutionPaths.Options(tier));
        ShortSpans.AssertRefused([new float[33], new float[33]], spans => relu.Backward(spans[0].Span, spans[1].Span));
    }
}
