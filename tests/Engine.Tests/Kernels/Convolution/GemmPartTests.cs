using CifarFast.Engine.Kernels.Convolution;
using CifarFast.Engine.Kernels.Gemm;

namespace CifarFast.Engine.Tests.Kernels.Convolution;

/// <summary>What is left of a product when the zeros of the border are cut off; that the parts add up to it is for the convolutions' tests.</summary>
public class GemmPartTests
{
    private static readonly PaddingBand[] _bands = PaddingBand.Cut(count: 16, step: 1, taps: 3, tapStep: 1, origin: -1, size: 16);

    [Fact]
    public void A_padded_image_loses_a_tap_along_each_edge()
    {
        GemmPart[] parts = Cut(channels: 16);

        // The first and the last row whole, with two kernel rows; of the others the first and the last pixel, with two taps a row.
        Assert.Equal(
            [(1, 16, 2, 48), (1, 14, 3, 32), (14, 14, 3, 48), (1, 14, 3, 32), (1, 16, 2, 48)],
            parts.Select(part => (part.Geometry.Segments, part.Geometry.Rows, part.Geometry.Runs, part.Geometry.RunLength)));
        Assert.Equal(16 * 16, parts.Sum(part => part.Geometry.Segments * part.Geometry.Rows));
    }

    [Fact]
    public void Short_runs_are_left_whole() =>
        Assert.Equal(
            [(1, 16, 2, 9), (14, 16, 3, 9), (1, 16, 2, 9)],
            Cut(channels: 3).Select(part => (part.Geometry.Segments, part.Geometry.Rows, part.Geometry.Runs, part.Geometry.RunLength)));

    private static GemmPart[] Cut(int channels) => GemmPart.Cut(
        new GemmGeometry { Segments = 16, Rows = 16, Columns = 32, Runs = 3, RunLength = 3 * channels },
        _bands,
        _bands,
        rowsOfPosition: 1,
        stepsOfTap: channels);
}
