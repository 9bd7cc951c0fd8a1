using System.Runtime.InteropServices;
using System.Security.Cryptography;
using CifarFast.Engine.Kernels.Elementwise;
using CifarFast.Engine.Tests.Execution;
using CifarFast.Engine.Tests.Numerics;

namespace CifarFast.Engine.Tests.Kernels.Elementwise;

/// <summary>
/// GELU and SiLU, and their slopes, against their definitions in double precision: how far they are off was measured over all floats, and a
/// sample of them is held to it.
/// </summary>
public class SmoothActivationTests
{
    private const string ExactName = "GELU";
    private const string TanhName = "GELU, tanh";
    private const string SiluName = "SiLU";

    /// <summary>Half of a last place of numbers from a half to 1: the unit of the bounds.</summary>
    private const double Unit = 1.0 / (1 << 24);

    private static readonly float[] Sample = [.. Enumerable.Range(0, 1 << 17).SelectMany(i => new[] { Float(i), -Float(i) })];

    public static TheoryData<string, string> FunctionsAndPaths => ExecutionPaths.Combine([ExactName, TanhName, SiluName], ExecutionPaths.All);

    [Theory]
    [InlineData(ExactName, 1.55, 1.79)]
    [InlineData(TanhName, 2.61, 3.64)]
    [InlineData(SiluName, 2.5, 3.2)]
    public void Is_within_its_bound(string name, double bound, double slopeBound)
    {
        (float[] values, float[] slopes) = Compute(name, "naive", Sample);
        double worst = 0;
        double worstSlope = 0;
        for (int i = 0; i < Sample.Length; i++)
        {
            (double value, double slope) = Define(name, Sample[i]);

            // Numbers too small to be normal have fewer digits.
            worst = Math.Max(worst, (Math.Abs(values[i] - value) - float.Epsilon) / Math.Abs(Sample[i]));
            worstSlope = Math.Max(worstSlope, Math.Abs(slopes[i] - slope));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"off by {worst / Unit:F3}·|x| and {worstSlope / Unit:F3} units");
        Assert.InRange(worst / Unit, 0, bound);
        Assert.InRange(worstSlope / Unit, 0, slopeBound);
    }

    [Theory]
    [MemberData(nameof(FunctionsAndPaths))]
    public void Zero_infinities_and_NaN_give_their_limits(string name, string path)
    {
        float[] x = [0, -0f, 16, 200, float.MaxValue, float.PositiveInfinity, -16, -200, float.MinValue, float.NegativeInfinity, float.NaN];
        (float[] values, float[] slopes) = Compute(name, path, [.. x, .. x]);

        foreach (int start in new[] { 0, x.Length })
        {
            Assert.Equal([0, 0, 16, 200, float.MaxValue, float.PositiveInfinity], values[start..(start + 6)].Select(NearSixteen));
            Assert.Equal([0, 0, 0, 0], values[(start + 6)..(start + 10)].Select(NearSixteen));
            Assert.Equal([0.5f, 0.5f, 1, 1, 1, 1, 0, 0, 0, 0], slopes[start..(start + 10)].Select(NearSixteen));
            Assert.True(float.IsNaN(values[start + 10]) && float.IsNaN(slopes[start + 10]));
        }

        // SiLU comes to its limits later than the others.
        float NearSixteen(float value) => name == SiluName && Math.Abs(value - MathF.Round(value)) < 3e-6f ? MathF.Round(value) : value;
    }

    [Theory]
    [MemberData(nameof(FunctionsAndPaths))]
    public void Has_the_same_bits_on_every_tier_and_machine(string name, string path)
    {
        (float[] values, float[] slopes) = Compute(name, path, Sample);
        string expected = name switch
        {
            ExactName => "ef4d43e3a97ca0452564e4387b0f34077ef56572204f25ad8223dcb4da26536a",
            TanhName => "afdb7e13e67fbd3914d844c1d3d5c3d2a6a258a550b1c40488e3106604b77771",
            _ => "fa2a20b91b13d487516f2a89972d2f42c071bd1e213598a2d2b480bbc1b8738f",
        };
        Assert.Equal(expected, Convert.ToHexStringLower(SHA256.HashData([.. MemoryMarshal.AsBytes<float>(values), .. MemoryMarshal.AsBytes<float>(slopes)])));
    }

    /// <summary>The function and its slope.</summary>
    private static (double Value, double Slope) Define(string name, double x)
    {
        switch (name)
        {
            case ExactName:
                return (x * ExactNormal.Below(x), ExactNormal.Below(x) + (x * ExactNormal.Density(x)));
            case TanhName:
                double factor = Math.Sqrt(2 / Math.PI);
                double tanh = Math.Tanh(factor * (x + (0.044715 * x * x * x)));
                return (x * (1 + tanh) / 2, ((1 + tanh) / 2) + (x / 2 * (1 - (tanh * tanh)) * factor * (1 + (3 * 0.044715 * x * x))));
            default:
                double sigmoid = 1 / (1 + Math.Exp(-x));
                return (x * sigmoid, sigmoid + (x * sigmoid * (1 - sigmoid)));
        }
    }

    /// <summary>The function and its slope as they are computed.</summary>
    private static (float[] Values, float[] Slopes) Compute(string name, string path, float[] x)
    {
        ActivationKernels kernels = name switch
        {
            ExactName => ActivationKernels.For(default(Gelu), ExecutionPaths.Options(path)),
            TanhName => ActivationKernels.For(default(GeluTanh), ExecutionPaths.Options(path)),
            _ => ActivationKernels.For(default(Silu), ExecutionPaths.Options(path)),
        };
        float[] values = new float[x.Length];
        float[] slopes = new float[x.Length];
        kernels.Forward(x, values);
        kernels.Backward(x, [.. Enumerable.Repeat(1f, x.Length)], slopes);
        return (values, slopes);
    }

    /// <summary>Every 8,543rd of the floats up to 120, by their bits.</summary>
    private static float Float(int index) => BitConverter.UInt32BitsToSingle(0x42F00000 - ((uint)index * 8543));
}
