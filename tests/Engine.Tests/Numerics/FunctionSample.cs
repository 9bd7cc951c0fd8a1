using System.Runtime.InteropServices;
using System.Security.Cryptography;
using CifarFast.Engine.Randomness;

namespace CifarFast.Engine.Tests.Numerics;

/// <summary>Arguments for a function of one double, and what is asserted of its results.</summary>
internal static class FunctionSample
{
    /// <summary>Numbers evenly between two limits, the same ones each time.</summary>
    public static double[] Between(double from, double to, int count)
    {
        var random = new Xoshiro256(2026, (ulong)count);
        double[] values = new double[count];
        foreach (ref double value in values.AsSpan())
        {
            value = from + ((to - from) * random.NextDouble());
        }

        return values;
    }

    /// <summary>Finite numbers of both signs, every exponent as likely as any other.</summary>
    public static double[] OfAnySize(int count)
    {
        var random = new Xoshiro256(2027);
        double[] values = new double[count];
        foreach (ref double value in values.AsSpan())
        {
            do
            {
                value = BitConverter.UInt64BitsToDouble(random.NextUInt64());
            }
            while (!double.IsFinite(value));
        }

        return values;
    }

    /// <summary>Fails where a result is farther from the exact value than <paramref name="bound"/> units in the last place.</summary>
    public static void AssertWithin(double bound, IEnumerable<double> arguments, Func<double, double> function, Func<double, double, double> error)
    {
        foreach (double x in arguments)
        {
            double off = error(x, function(x));
            if (!(off <= bound))
            {
                Assert.Fail($"at {x:R} the result {function(x):R} is off by {off} units in the last place");
            }
        }
    }

    /// <summary>The SHA-256 of all results, bit for bit.</summary>
    public static string Fingerprint(double[] arguments, Func<double, double> function) =>
        Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<double>(Array.ConvertAll(arguments, x => function(x)))));
}
