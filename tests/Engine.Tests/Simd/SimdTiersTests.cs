using CifarFast.Engine.Kernels;
using CifarFast.Engine.Kernels.Elementwise;
using CifarFast.Engine.Kernels.Gemm;
using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Tests.Simd;

public class SimdTiersTests
{
    private static readonly SimdTier[] OldMachine = [SimdTier.Scalar, SimdTier.Vector128];

    [Fact]
    public void Every_machine_has_the_scalar_tier_and_the_best_is_the_last()
    {
        Assert.Equal(SimdTier.Scalar, SimdTiers.Supported[0]);
        Assert.Equal(SimdTiers.Supported.Order(), SimdTiers.Supported);
        Assert.Equal(SimdTiers.Supported.Max(), SimdTiers.Best);
    }

    [Theory]
    [InlineData("scalar", SimdTier.Scalar)]
    [InlineData("vector128", SimdTier.Vector128)]
    [InlineData("avx2", SimdTier.Avx2)]
    [InlineData("AVX512", SimdTier.Avx512)]
    public void A_name_is_a_tier_in_any_case(string name, SimdTier tier)
    {
        Assert.Equal(tier, SimdTiers.Requested(name, environment: null, Enum.GetValues<SimdTier>()));
        Assert.Equal(name.ToLowerInvariant(), tier.Name());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Without_a_name_no_tier_is_asked_for(string? environment) => Assert.Null(SimdTiers.Requested(null, environment, OldMachine));

    [Theory]
    [InlineData(null, SimdTier.Scalar)]
    [InlineData("vector128", SimdTier.Vector128)]
    public void The_option_goes_before_the_environment(string? option, SimdTier tier) =>
        Assert.Equal(tier, SimdTiers.Requested(option, "scalar", Enum.GetValues<SimdTier>()));

    /// <summary>Only this test sets the variable, and no other one reads it.</summary>
    [Fact]
    public void The_environment_variable_is_read_where_there_is_no_option()
    {
        string? before = Environment.GetEnvironmentVariable("CIFARFAST_SIMD");
        try
        {
            Environment.SetEnvironmentVariable("CIFARFAST_SIMD", null);
            Assert.Equal(SimdTiers.Best, SimdTiers.Resolve(null));
            foreach (SimdTier tier in SimdTiers.Supported)
            {
                Environment.SetEnvironmentVariable("CIFARFAST_SIMD", tier.Name());
                Assert.Equal(tier, SimdTiers.Resolve(null));
                Assert.Equal(SimdTier.Scalar, SimdTiers.Resolve("scalar"));
            }

            Environment.SetEnvironmentVariable("CIFARFAST_SIMD", "sse9");
            Assert.Throws<SimdTierException>(() => SimdTiers.Resolve(null));
        }
        finally
        {
            Environment.SetEnvironmentVariable("CIFARFAST_SIMD", before);
        }
    }

    [Theory]
    [InlineData("sse9", null, "--simd: unknown tier 'sse9'; the tiers are scalar, vector128, avx2, avx512")]
    [InlineData("1", "scalar", "--simd: unknown tier '1'; the tiers are scalar, vector128, avx2, avx512")]
    [InlineData(null, "best", "CIFARFAST_SIMD: unknown tier 'best'; the tiers are scalar, vector128, avx2, avx512")]
    [InlineData("avx512", "scalar", "--simd: this CPU has no avx512; it has scalar, vector128")]
    [InlineData(null, "avx2", "CIFARFAST_SIMD: this CPU has no avx2; it has scalar, vector128")]
    [InlineData("", "scalar", "--simd: unknown tier ''; the tiers are scalar, vector128, avx2, avx512")]
    public void A_tier_that_cannot_be_had_is_refused_in_one_line_that_names_origin_and_choices(string? option, string? environment, string message) =>
        Assert.Equal(message, Assert.Throws<SimdTierException>(() => SimdTiers.Requested(option, environment, OldMachine)).Message);

    [Fact]
    public void A_tier_becomes_the_vector_of_its_width()
    {
        int[] widths = [.. SimdTiers.Supported.Select(tier => PanelGemm.For(tier).VectorWidth)];

        Assert.Equal(new[] { 1, 4, 8, 16 }.Take(widths.Length), widths);
        Assert.Throws<ArgumentOutOfRangeException>(() => ElementwiseKernels.For(new ExecutionOptions { Tier = (SimdTier)99 }));
    }

    [Fact]
    public void A_tile_has_no_more_rows_than_there_are_microkernels() =>
        Assert.All(Enum.GetValues<SimdTier>(), tier => Assert.InRange(RegisterTile.For(tier).MaxRows, 1, 12));
}
