using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CifarFast.Engine.Simd;

/// <summary>Which <see cref="SimdTier"/>s this machine has, and which one is used.</summary>
public static class SimdTiers
{
    /// <summary>The environment variable that forces a tier where no option does.</summary>
    internal const string EnvironmentVariable = "CIFARFAST_SIMD";

    /// <summary>The tiers of this machine, from the least to the most able.</summary>
    public static IReadOnlyList<SimdTier> Supported { get; } = Enum.GetValues<SimdTier>().Where(IsSupported).ToArray();

    /// <summary>The most able tier of this machine.</summary>
    public static SimdTier Best => Supported[^1];

    /// <summary>The name a person types: <c>scalar</c>, <c>vector128</c>, <c>avx2</c> or <c>avx512</c>.</summary>
    internal static string Name(this SimdTier tier) => tier.ToString().ToLowerInvariant();

    /// <summary>
    /// The tier to run: the one named by <paramref name="requested"/>, else the one <see cref="EnvironmentVariable"/> names,
    /// else <see cref="Best"/>.
    /// </summary>
    /// <exception cref="SimdTierException">The name is unknown, or this machine lacks the tier.</exception>
    internal static SimdTier Resolve(string? requested) => Requested(requested) ?? Best;

    /// <summary>The tier that <paramref name="requested"/> names, else the one <see cref="EnvironmentVariable"/> names, else null.</summary>
    /// <exception cref="SimdTierException">The name is unknown, or this machine lacks the tier.</exception>
    internal static SimdTier? Requested(string? requested) =>
        Requested(requested, Environment.GetEnvironmentVariable(EnvironmentVariable), Supported);

    /// <summary>The same decision, for a machine that has the tiers in <paramref name="supported"/>.</summary>
    internal static SimdTier? Requested(string? requested, string? environment, IReadOnlyList<SimdTier> supported)
    {
        string origin = "--simd";
        if (requested is null)
        {
            requested = environment;
            origin = EnvironmentVariable;
            if (string.IsNullOrEmpty(requested))
            {
                return null;
            }
        }

        foreach (SimdTier tier in Enum.GetValues<SimdTier>())
        {
            if (string.Equals(tier.Name(), requested, StringComparison.OrdinalIgnoreCase))
            {
                return supported.Contains(tier)
                    ? tier
                    : throw new SimdTierException($"{origin}: this CPU has no {tier.Name()}; it has {Names(supported)}");
            }
        }

        throw new SimdTierException($"{origin}: unknown tier '{requested}'; the tiers are {Names(Enum.GetValues<SimdTier>())}");
    }

    /// <summary>Calls <paramref name="factory"/> with the vectors of <paramref name="tier"/>: the one place where a tier becomes a type.</summary>
    internal static T Create<T, TFactory>(SimdTier tier, TFactory factory)
        where TFactory : struct, ISimdFactory<T> => tier switch
        {
            SimdTier.Scalar => factory.Create<SimdScalar, float>(),
            SimdTier.Vector128 => factory.Create<Simd128, Vector128<float>>(),
            SimdTier.Avx2 => factory.Create<Simd256, Vector256<float>>(),
            SimdTier.Avx512 => factory.Create<Simd512, Vector512<float>>(),
            _ => throw new ArgumentOutOfRangeException(nameof(tier)),
        };

    private static bool IsSupported(SimdTier tier) => tier switch
    {
        SimdTier.Scalar => true,
        SimdTier.Vector128 => Vector128.IsHardwareAccelerated,
        SimdTier.Avx2 => Avx2.IsSupported && Fma.IsSupported,
        SimdTier.Avx512 => Vector512.IsHardwareAccelerated && Avx512F.IsSupported,
        _ => false,
    };

    private static string Names(IEnumerable<SimdTier> tiers) => string.Join(", ", tiers.Select(Name));
}
