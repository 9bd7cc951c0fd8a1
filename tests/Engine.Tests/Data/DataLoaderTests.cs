using CifarFast.Engine.Data;

namespace CifarFast.Engine.Tests.Data;

public sealed class DataLoaderTests
{
    /// <summary>Images of one pixel, which is their label.</summary>
    private static readonly ImageSet _images = new(1, 1, 1, Enumerable.Range(0, 10).Select(i => (byte)i).ToArray(), Enumerable.Range(0, 10).ToArray());

    [Fact]
    public void Without_shuffling_the_order_is_that_of_the_set()
    {
        var loader = new DataLoader(_images, batchSize: 4);

        Assert.Equal(3, loader.Count);
        Assert.Equal([[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]], Labels(loader, epoch: 0));
    }

    [Fact]
    public void Each_epoch_has_an_order_of_its_own_whatever_came_before_it()
    {
        var loader = new DataLoader(_images, batchSize: 4, shuffle: true, seed: 3);
        int[][] first = Labels(loader, epoch: 1);

        Assert.Equal(Enumerable.Range(0, 10), first.SelectMany(labels => labels).Order());
        Assert.NotEqual(first, Labels(loader, epoch: 2));
        Assert.Equal(first, Labels(loader, epoch: 1));
        Assert.NotEqual(first, Labels(new DataLoader(_images, batchSize: 4, shuffle: true, seed: 4), epoch: 1));
    }

    [Fact]
    public void Pixels_go_with_their_labels()
    {
        ImageSet part = _images.Slice(2, 7).Select([6, 0, 3, 1]);
        foreach (Batch batch in new DataLoader(part.Slice(1, 3), batchSize: 2, shuffle: true, seed: 1).Epoch(1))
        {
            for (int i = 0; i < batch.Count; i++)
            {
                Assert.Equal(batch.Labels[i], batch.Images.Pixels(i)[0]);
            }
        }

        Assert.Equal([8, 2, 5, 3], part.Labels.ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => part.Slice(1, 4));
    }

    [Theory]
    [InlineData(3, 3, 9)]
    [InlineData(4, 2, 8)]
    [InlineData(5, 2, 10)]
    [InlineData(10, 1, 10)]
    [InlineData(11, 1, 10)]
    public void The_last_batch_is_dropped_where_it_is_not_whole_and_others_are_there(int batchSize, int batches, int images)
    {
        var loader = new DataLoader(_images, batchSize, shuffle: true, seed: 1, dropLast: true);

        Assert.Equal((batches, images), (loader.Count, loader.ImagesOfEpoch));
        int[][] whole = Labels(new DataLoader(_images, batchSize, shuffle: true, seed: 1), epoch: 1);
        Assert.Equal(whole[..batches], Labels(loader, epoch: 1));
    }

    [Fact]
    public void A_set_without_images_has_no_batches() => Assert.Empty(new DataLoader(_images.Take(0), batchSize: 4, shuffle: true).Epoch(1));

    [Fact]
    public void Numbers_that_cannot_be_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new DataLoader(_images, batchSize: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DataLoader(_images, batchSize: 1).Epoch(-1));
    }

    private static int[][] Labels(DataLoader loader, int epoch) => [.. loader.Epoch(epoch).Select(batch => batch.Labels.ToArray())];
}
