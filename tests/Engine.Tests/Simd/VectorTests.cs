using CifarFast.Engine.Simd;
using CifarFast.Engine.Tests.Execution;
using CifarFast.Engine.Tests.Kernels;

namespace CifarFast.Engine.Tests.Simd;

/// <summary>What the vector trait promises, for the vectors of every tier.</summary>
[Trait("Emulated", "yes")]
public class VectorTests
{
    private const int Numbers = 13;

    /// <summary>Numbers at which comparisons and roundings could differ.</summary>
    private static readonly float[] Special =
    [
        0, -0f, 1, -1, 0.1f, 3, -2.5f, 1e-40f, float.Epsilon, float.MaxValue, float.PositiveInfinity, float.NegativeInfinity, float.NaN,
    ];

    /// <summary>Every pair of the special numbers, and beside it a third one; the widest vector divides their number.</summary>
    private static readonly float[] Left = Triples(i => i / Numbers);
    private static readonly float[] Right = Triples(i => i % Numbers);
    private static readonly float[] Third = Triples(i => ((i / Numbers) + (2 * (i % Numbers)) + 5) % Numbers);

    public static TheoryData<string, string> OperationsAndTiers => ExecutionPaths.Combine(Operations.Keys, ExecutionPaths.Fast);

    private static Dictionary<string, Func<float, float, float, float>> Operations { get; } = new()
    {
        [nameof(SimdScalar.Zero)] = (_, _, _) => 0,
        [nameof(SimdScalar.Constant)] = (_, _, _) => -1f / 6,
        [nameof(SimdScalar.Add)] = (a, b, _) => a + b,
        [nameof(SimdScalar.Subtract)] = (a, b, _) => a - b,
        [nameof(SimdScalar.Multiply)] = (a, b, _) => a * b,
        [nameof(SimdScalar.Divide)] = (a, b, _) => a / b,
        [nameof(SimdScalar.Sqrt)] = (a, _, _) => MathF.Sqrt(a),
        [nameof(SimdScalar.MultiplyAdd)] = MathF.FusedMultiplyAdd,
        [nameof(SimdScalar.Clamp)] = (a, _, _) => Math.Clamp(a, -2, 3.5f),
        [nameof(SimdScalar.Abs)] = (a, _, _) => MathF.Abs(a),
        [nameof(SimdScalar.Max)] = (a, b, _) => MathF.Max(a, b),
        [nameof(SimdScalar.WhereGreaterThanZero)] = (a, b, _) => a > 0 ? b : 0,
        [nameof(SimdScalar.SelectGreaterThanZero)] = (a, b, c) => a > 0 ? b : c,
        [nameof(SimdScalar.WhereEqual)] = (a, b, c) => a == b ? c : 0,
        [nameof(SimdScalar.SelectEqual)] = (a, b, c) => a == b ? c : a,
    };

    [Theory]
    [MemberData(nameof(OperationsAndTiers))]
    public void An_operation_is_the_same_on_every_element(string operation, string tier)
    {
        float[] computed = VectorProbeFactory.Create(tier).Apply(operation, Left, Right, Third);
        float[] expected = [.. Left.Select((a, i) => Operations[operation](a, Right[i], Third[i]))];

        Exactly.AssertEqual(operation, computed, expected);
    }

    [Theory]
    [MemberData(nameof(ExecutionPaths.Fast), MemberType = typeof(ExecutionPaths))]
    public void Scaling_by_a_power_of_two_rounds_once(string tier)
    {
        float[] exponents = [.. Enumerable.Range(-250, 501).Select(n => (float)n), .. Enumerable.Repeat(0f, 11)];
        foreach (float value in (ReadOnlySpan<float>)[0.5f, -0.70710677f, 1, 1.4999999f, -1.9999999f, 2, float.NaN])
        {
            float[] values = [.. exponents.Select(_ => value)];
            float[] expected = [.. exponents.Select(n => (float)Math.ScaleB(value, (int)n))];
            Exactly.AssertEqual($"{value} scaled", VectorProbeFactory.Create(tier).Apply(nameof(SimdScalar.ScaleByPowerOfTwo), values, exponents, exponents), expected);
        }
    }

    [Theory]
    [MemberData(nameof(ExecutionPaths.Fast), MemberType = typeof(ExecutionPaths))]
    public void Loads_and_stores_touch_one_vector_and_a_broadcast_or_a_scalar_reads_one_float(string tier)
    {
        IVectorProbe probe = VectorProbeFactory.Create(tier);
        float[] values = [.. Enumerable.Range(1, probe.Count).Select(i => (float)i)];
        foreach (GuardSide side in Enum.GetValues<GuardSide>())
        {
            using var memory = new GuardedMemory(side);
            Span<float> copy = memory.Allocate(probe.Count);
            Span<float> filled = memory.Allocate(probe.Count);
            Span<float> product = memory.Allocate(probe.Count);
            probe.Copy(memory.Hold(values), copy);
            probe.Broadcast(memory.Hold([7]), filled);
            probe.MultiplyAddByScalar(memory.Hold([0.1f]), values, filled, product);
            memory.AssertIntact();
            Assert.Equal(values, copy);
            Assert.Equal(Enumerable.Repeat(7f, probe.Count), filled.ToArray());
            Assert.Equal(values.Select(value => MathF.FusedMultiplyAdd(0.1f, value, 7)), product.ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(ExecutionPaths.Fast), MemberType = typeof(ExecutionPaths))]
    public void Numbers_of_16_bits_come_back_as_they_were(string tier)
    {
        IVectorProbe probe = VectorProbeFactory.Create(tier);
        for (int first = 0; first <= ushort.MaxValue; first += probe.Count)
        {
            ushort[] numbers = [.. Enumerable.Range(first, probe.Count).Select(number => (ushort)number)];
            float[] read = new float[probe.Count];
            ushort[] written = new ushort[probe.Count];
            probe.CopyUInt16(numbers, read, written);
            Assert.Equal(numbers.Select(number => (float)number), read);
            Assert.Equal(numbers, written);
        }
    }

    private static float[] Triples(Func<int, int> choose) =>
        [.. Enumerable.Range(0, ((Numbers * Numbers) + 15) / 16 * 16).Select(i => Special[choose(i % (Numbers * Numbers))])];
}
