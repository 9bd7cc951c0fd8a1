using CifarFast.Engine.Data;
using CifarFast.Trainer.Commands;

namespace CifarFast.Trainer.Tests.Commands;

/// <summary>What a set takes of memory.</summary>
public sealed class MemoryCheckTests
{
    [Fact]
    public void ImagesTakeTheirPixelsAndANumberAClassWhereTheyAreMeasuredWith()
    {
        var dataset = new ImageDataset("drawn", ["a", "b", "c"], Images(50), Images(20));
        Assert.Equal((70 * 12) + (20 * 3 * 4), MemoryCheck.ImageBytes(dataset));
        Assert.Equal((100 * 12) + (30 * 3 * 4), MemoryCheck.ImageBytes(dataset with { Validation = Images(30) }));

        static ImageSet Images(int count) => new(3, 2, 2, new byte[count * 12], new int[count]);
    }
}
