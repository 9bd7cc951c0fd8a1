using System.Runtime.InteropServices;
using System.Security.Cryptography;
using CifarFast.Engine.Numerics;
using CifarFast.Engine.Tests.Execution;
using CifarFast.Engine.Tests.Simd;

namespace CifarFast.Engine.Tests.Numerics;

public class SingleExponentialTests
{
    private const uint Infinity = 0x7F800000;

    /// <summary>Every 8,147th number by its bits, of both signs, and both infinities; the widest vector divides their number.</summary>
    private static readonly float[] Sample = [.. Positive.SelectMany(x => new[] { x, -x })];

    private static IEnumerable<float> Positive =>
        Enumerable.Range(0, 1 << 18).Select(i => BitConverter.UInt32BitsToSingle(Infinity - ((uint)i * 8147)));

    [Fact]
    public void Is_within_062_units_in_the_last_place()
    {
        foreach (float x in Sample)
        {
            // The exponential in double precision is exact enough to measure with: its own error is a billionth of a float's last place.
            double exact = Exponential.Exp(x);
            float nearest = (float)exact;
            float computed = SingleExponential.Exp(x);
            double lastPlace = float.BitIncrement(nearest) - (double)nearest;
            double bound = float.IsNormal(nearest) ? 0.62 : 0.78;
            if (computed != nearest && !(Math.Abs(computed - exact) <= bound * lastPlace))
            {
                Assert.Fail($"exp {x:R} is {exact:R} and was computed as {computed:R}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(ExecutionPaths.Fast), MemberType = typeof(ExecutionPaths))]
    [Trait("Emulated", "yes")]
    public void Has_the_same_bits_on_every_tier_and_machine(string tier) =>
        Assert.Equal("07cbd75a52147adc5fa9a8dd17b5d9bee5eb38c269a035d77d5591144c00141b", Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<float>(Compute(tier, Sample)))));

    [Theory]
    [MemberData(nameof(ExecutionPaths.Fast), MemberType = typeof(ExecutionPaths))]
    public void Keeps_to_the_standard_at_the_ends(string tier)
    {
        (float X, float Expected)[] ends =
        [
            (0, 1), (-0f, 1), (float.Epsilon, 1), (float.NaN, float.NaN),
            (88.72283f, 3.40279852E+38f), (88.72284f, float.PositiveInfinity), (float.MaxValue, float.PositiveInfinity), (float.PositiveInfinity, float.PositiveInfinity),
            (-103.972076f, float.Epsilon), (-103.972084f, 0), (-float.MaxValue, 0), (float.NegativeInfinity, 0),
        ];
        float[] arguments = [.. ends.Select(end => end.X), 0, 0, 0, 0];
        Assert.Equal([.. ends.Select(end => end.Expected), 1, 1, 1, 1], Compute(tier, arguments));
    }

    private static float[] Compute(string tier, float[] arguments) =>
        VectorProbeFactory.Create(tier).Apply(nameof(SingleExponential.Exp), arguments, arguments, arguments);
}
