using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Tests.Tensors;

public class SampleLayoutTests
{
    [Fact]
    public void A_sample_lies_channels_last_inside_its_border()
    {
        var layout = new SampleLayout(Channels: 3, Height: 4, Width: 5, Border: 2);

        Assert.Equal((5 + 4) * 3, layout.RowStride);
        Assert.Equal((4 + 4) * (5 + 4) * 3, layout.Size);
        Assert.Equal(3 * 4 * 5, layout.Features);
        Assert.Equal(0, layout.Offset(-2, -2));
        Assert.Equal(layout.Size - 3, layout.Offset(5, 6));
        Assert.Equal(layout.RowStride, layout.Offset(1, 0) - layout.Offset(0, 0));
        Assert.Equal(3, layout.Offset(0, 1) - layout.Offset(0, 0));
    }

    [Fact]
    public void Every_feature_has_a_place_of_its_own_in_PyTorchs_order()
    {
        var layout = new SampleLayout(3, 4, 5, 1);
        int[] offsets = [.. Enumerable.Range(0, layout.Features).Select(layout.OffsetOfFeature)];

        Assert.Equal(layout.Features, offsets.Distinct().Count());
        Assert.Equal(layout.Offset(2, 3) + 1, offsets[(((1 * 4) + 2) * 5) + 3]);
        Assert.Equal(layout.Offset(0, 0), offsets.Min());
        Assert.Equal(layout.Offset(3, 4) + 2, offsets.Max());
    }

    [Theory]
    [InlineData(1, 16)]
    [InlineData(16, 16)]
    [InlineData(17, 32)]
    [InlineData(1023, 1024 + 16)]
    [InlineData(1024, 1024 + 16)]
    [InlineData(1025, 1024 + 16)]
    [InlineData(4096, 4096 + 16)]
    [InlineData(4097, 4096 + 16)]
    public void Samples_start_at_cache_lines_but_never_whole_pages_apart(int features, int stride) =>
        Assert.Equal(stride, SampleLayout.Of(new Shape(features)).Stride);

    [Fact]
    public void A_shape_has_a_layout()
    {
        Assert.Equal(new SampleLayout(3, 4, 5, 2), SampleLayout.Of(new Shape(3, 4, 5), border: 2));
        Assert.Equal(new SampleLayout(7, 1, 1, 0), SampleLayout.Of(new Shape(7)));
    }
}
