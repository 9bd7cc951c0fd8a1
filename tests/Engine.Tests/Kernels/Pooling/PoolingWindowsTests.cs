using CifarFast.Engine.Kernels.Pooling;

namespace CifarFast.Engine.Tests.Kernels.Pooling;

public class PoolingWindowsTests
{
    /// <summary>What torch.nn.AdaptiveAvgPool2d does with 7 pixels for 3 outputs, for one, and so on.</summary>
    [Theory]
    [InlineData(7, 3, new[] { 0, 2, 4 }, new[] { 3, 5, 7 }, true)]
    [InlineData(5, 3, new[] { 0, 1, 3 }, new[] { 2, 4, 5 }, false)]
    [InlineData(8, 4, new[] { 0, 2, 4, 6 }, new[] { 2, 4, 6, 8 }, true)]
    [InlineData(5, 2, new[] { 0, 2 }, new[] { 3, 5 }, true)]
    [InlineData(6, 1, new[] { 0 }, new[] { 6 }, true)]
    [InlineData(2, 3, new[] { 0, 0, 1 }, new[] { 1, 2, 2 }, false)]
    [InlineData(1, 2, new[] { 0, 0 }, new[] { 1, 1 }, false)]
    public void Adaptive_windows_are_those_of_PyTorch(int size, int count, int[] first, int[] end, bool areEqual)
    {
        var windows = PoolingWindows.Adaptive(size, count);
        Assert.Equal(first, Enumerable.Range(0, count).Select(windows.First));
        Assert.Equal(end, Enumerable.Range(0, count).Select(windows.End));
        Assert.Equal(areEqual, windows.AreEqual);
    }

    [Theory]
    [InlineData(6, 2, 2, true)]
    [InlineData(7, 2, 2, false)]
    [InlineData(6, 3, 2, false)]
    [InlineData(6, 1, 2, false)]
    public void Windows_tile_where_each_pixel_is_in_one(int size, int kernel, int stride, bool tile) =>
        Assert.Equal(tile, PoolingWindows.Sliding(size, kernel, stride).Tile);
}
