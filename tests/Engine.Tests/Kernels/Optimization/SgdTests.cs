using CifarFast.Engine.Kernels.Optimization;
using CifarFast.Engine.Tests.Networks;

namespace CifarFast.Engine.Tests.Kernels.Optimization;

/// <summary>Steps of SGD of every tier against the naive ones, and all of them against numbers worked out by hand.</summary>
public class SgdTests
{
    private static readonly SgdSettings[] AllSettings =
    [
        .. from momentum in new[] { 0, 0.9f }
           from nesterov in new[] { false, true }
           from decay in new[] { 0, 0.01f }
           select new SgdSettings(LearningRate: 0.1f, momentum, nesterov, decay),
    ];

    public static TheoryData<string> Tiers => ExecutionPaths.Fast;

    /// <summary>
    /// Steps of a weight of 2 by the gradients 1, 2 and -1 at a learning rate of 1/2; all numbers are sums of powers of two, so
    /// floats hold them exactly.
    /// </summary>
    public static TheoryData<string, float, bool, float, float[]> WorkedOut
    {
        get
        {
            var data = new TheoryData<string, float, bool, float, float[]>();
            foreach (string path in ExecutionPaths.All.Select(row => row.Data))
            {
                // w -= g/2
                data.Add(path, 0, false, 0, [2 - 0.5f, 1.5f - 1, 0.5f + 0.5f]);
                // v = v/2 + g: 1, 2.5, 0.25; w -= v/2
                data.Add(path, 0.5f, false, 0, [2 - 0.5f, 1.5f - 1.25f, 0.25f - 0.125f]);
                // The same v; w -= (g + v/2)/2, where g + v/2 is 1.5, 3.25, -0.875
                data.Add(path, 0.5f, true, 0, [2 - 0.75f, 1.25f - 1.625f, -0.375f + 0.4375f]);
                // g + w/4: 1 + 0.5, 2 + 0.3125, -1 + 0.0234375; w -= that/2
                data.Add(path, 0, false, 0.25f, [2 - 0.75f, 1.25f - 1.15625f, 0.09375f + 0.48828125f]);
                // g + w/4: 1.5, 2.3125, -1.0703125; v: 1.5, 3.0625, 0.4609375; w -= v/2
                data.Add(path, 0.5f, false, 0.25f, [2 - 0.75f, 1.25f - 1.53125f, -0.28125f - 0.23046875f]);
                // g + w/4: 1.5, 2.21875, -1.244140625; v: 1.5, 2.96875, 0.240234375;
                // g + w/4 + v/2: 2.25, 3.703125, -1.1240234375; w -= that/2
                data.Add(path, 0.5f, true, 0.25f, [2 - 1.125f, 0.875f - 1.8515625f, -0.9765625f + 0.56201171875f]);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(WorkedOut))]
    public void Steps_are_what_a_pencil_makes_them(string path, float momentum, bool nesterov, float decay, float[] weights)
    {
        // More than the widest vector, so that vectors and what is left over both step.
        const int length = 19;
        ISgd sgd = SgdAlgorithm.Create(ExecutionPaths.Options(path));
        float[] weight = [.. Enumerable.Repeat(2f, length)];
        float[] velocity = new float[momentum == 0 ? 0 : length];
        float[] gradients = [1, 2, -1];
        for (int step = 0; step < gradients.Length; step++)
        {
            float[] gradient = [.. Enumerable.Repeat(gradients[step], length)];
            sgd.Step(new SgdSettings(0.5f, momentum, nesterov, decay), gradient, velocity, weight);

            Assert.All(weight, value => Assert.Equal(weights[step], value));
        }
    }

    [Theory]
    [MemberData(nameof(Tiers))]
    public void Steps_agree_with_the_naive_ones_for_every_length(string tier)
    {
        ISgd sgd = SgdAlgorithm.Create(ExecutionPaths.Options(tier));
        foreach (SgdSettings settings in AllSettings)
        {
            for (int length = 0; length <= 256; length++)
            {
                IReadOnlyList<NamedValues> reference = Run(new NaiveSgd(), settings, length, GuardSide.Behind);
                // All products have the same sign where all numbers are positive and the step goes up.
                IReadOnlyList<NamedValues> magnitudes = Run(
                    new NaiveSgd(), settings with { LearningRate = -settings.LearningRate }, length, GuardSide.Behind, absolute: true);
                foreach (GuardSide side in Enum.GetValues<GuardSide>())
                {
                    ScaledTolerance.AssertAgree(Run(sgd, settings, length, side), reference, magnitudes);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Tiers))]
    public void Spans_of_different_lengths_are_refused(string tier)
    {
        ISgd sgd = SgdAlgorithm.Create(ExecutionPaths.Options(tier));
        SgdSettings momentum = AllSettings[^1];
        ShortSpans.AssertRefused([new float[33], new float[33], new float[33]], spans =>
            sgd.Step(momentum, spans[0].Span, spans[1].Span, spans[2].Span));
        Assert.ThrowsAny<ArgumentException>(() => sgd.Step(momentum, new float[33], velocity: [], new float[33]));
        sgd.Step(momentum with { Momentum = 0 }, new float[33], velocity: [], new float[33]);
    }

    private static IReadOnlyList<NamedValues> Run(ISgd sgd, SgdSettings settings, int length, GuardSide side, bool absolute = false)
    {
        using var memory = new GuardedMemory(side);
        var random = new RandomValues((ulong)length, absolute);
        ReadOnlySpan<float> gradient = memory.Hold(random.Next(length));
        Span<float> weight = memory.Allocate(random.Next(length));
        Span<float> velocity = memory.Allocate(settings.Momentum == 0 ? [] : random.Next(length));
        sgd.Step(settings, gradient, velocity, weight);
        memory.AssertIntact();
        return [new NamedValues("weight", weight.ToArray()), new NamedValues("velocity", velocity.ToArray())];
    }
}
