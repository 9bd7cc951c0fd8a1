using CifarFast.Engine.Kernels.Convolution;
using CsCheck;

namespace CifarFast.Engine.Tests.Kernels.Convolution;

public class PaddingBandTests
{
    [Fact]
    public void A_kernel_of_three_with_padding_loses_a_tap_at_either_end() =>
        Assert.Equal([new(0, 1, 1, 2), new(1, 14, 0, 3), new(15, 1, 0, 2)], PaddingBand.Cut(count: 16, step: 1, taps: 3, tapStep: 1, origin: -1, size: 16));

    [Fact]
    public void Without_padding_all_see_all() =>
        Assert.Equal([new(0, 14, 0, 3)], PaddingBand.Cut(count: 14, step: 1, taps: 3, tapStep: 1, origin: 0, size: 16));

    [Fact]
    public void Positions_that_see_nothing_but_border_have_no_taps() =>
        Assert.Equal([new(0, 2, 0, 0), new(2, 3, 0, 1), new(5, 2, 0, 0)], PaddingBand.Cut(count: 7, step: 1, taps: 1, tapStep: 1, origin: -2, size: 3));

    [Fact]
    public void Bands_hold_just_the_pairs_that_meet_inside() =>
        Gen.Select(Gen.Int[1, 12], Gen.Int[1, 3], Gen.Int[1, 12], Gen.Int[1, 3], Gen.Int[-4, 4], Gen.Int[1, 12])
            .Sample((count, step, taps, tapStep, origin, size) =>
            {
                var inside = from position in Enumerable.Range(0, count)
                             from tap in Enumerable.Range(0, taps)
                             let at = (position * step) + (tap * tapStep) + origin
                             where at >= 0 && at < size
                             select (position, tap);
                PaddingBand[] bands = PaddingBand.Cut(count, step, taps, tapStep, origin, size);
                var covered = from band in bands
                              from position in Enumerable.Range(band.First, band.Count)
                              from tap in Enumerable.Range(band.FirstTap, band.Taps)
                              select (position, tap);
                Assert.Equal(inside, covered);
                Assert.Equal(count, bands.Sum(band => band.Count));
            });
}
