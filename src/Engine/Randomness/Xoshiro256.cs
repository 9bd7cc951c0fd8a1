using System.Numerics;
using CifarFast.Engine.Numerics;

namespace CifarFast.Engine.Randomness;

/// <summary>
/// The xoshiro256** generator of Blackman and Vigna (https://prng.di.unimi.it), seeded through SplitMix64:
/// the same numbers on every machine and every .NET version, which <see cref="Random"/> does not promise.
/// A mutable struct: keep it in a field or a local and pass it by reference.
/// </summary>
internal struct Xoshiro256
{
    private ulong _s0, _s1, _s2, _s3;

    /// <summary>Starts the sequence of <paramref name="seed"/>.</summary>
    public Xoshiro256(ulong seed)
    {
        _s0 = SplitMix64.Next(ref seed);
        _s1 = SplitMix64.Next(ref seed);
        _s2 = SplitMix64.Next(ref seed);
        _s3 = SplitMix64.Next(ref seed);
    }

    /// <summary>
    /// Starts the sequence of a seed and a stream number, such as an epoch or a layer: streams of one seed are unrelated.
    /// </summary>
    public Xoshiro256(ulong seed, ulong stream)
        : this(SplitMix64.Next(ref seed) ^ BitOperations.RotateLeft(SplitMix64.Next(ref stream), 32))
    {
    }

    /// <summary>The next 64 random bits.</summary>
    public ulong NextUInt64()
    {
        ulong result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        ulong t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>A uniform integer in [0, <paramref name="bound"/>), without bias (Lemire's multiply-shift with rejection).</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bound"/> is not positive.</exception>
    public int NextInt32(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        uint range = (uint)bound;
        ulong product = (NextUInt64() >> 32) * range;
        if ((uint)product < range)
        {
            uint threshold = unchecked(0u - range) % range;
            while ((uint)product < threshold)
            {
                product = (NextUInt64() >> 32) * range;
            }
        }

        return (int)(product >> 32);
    }

    /// <summary>A uniform number in [0, 1) with 53 random bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A uniform number in [<paramref name="from"/>, <paramref name="to"/>).</summary>
    public float NextSingle(float from, float to) => (float)(from + ((to - from) * NextDouble()));

    /// <summary>A number from the normal distribution with mean 0 and variance 1 (Box and Muller 1958).</summary>
    public double NextGaussian()
    {
        double radius = Math.Sqrt(-2 * Logarithm.Log(1 - NextDouble()));
        return radius * Trigonometric.Cos(2 * Math.PI * NextDouble());
    }

    /// <summary>Puts <paramref name="items"/> into a random order, every order equally likely (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = NextInt32(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
