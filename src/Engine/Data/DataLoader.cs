namespace CifarFast.Engine.Data;

/// <summary>Cuts a set of images into batches, epoch by epoch, as torch.utils.data.DataLoader does.</summary>
public sealed class DataLoader
{
    private readonly ImageSet _images;
    private readonly int _batchSize;
    private readonly bool _shuffle;
    private readonly ulong _seed;

    /// <summary>Prepares to go through a set.</summary>
    /// <param name="images">The set.</param>
    /// <param name="batchSize">Images a batch; the last one of an epoch may have fewer.</param>
    /// <param name="shuffle">Whether each epoch has an order of its own, in place of that of the set.</param>
    /// <param name="seed">Decides these orders.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batchSize"/> is not positive.</exception>
    public DataLoader(ImageSet images, int batchSize, bool shuffle = false, ulong seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        _images = images;
        _batchSize = batchSize;
        _shuffle = shuffle;
        _seed = seed;
    }

    /// <summary>Batches an epoch.</summary>
    public int Count => (int)(((long)_images.Count + _batchSize - 1) / _batchSize);

    /// <summary>
    /// The batches of an epoch. Its order depends on the seed and its number alone, whatever came before it, so a run that is resumed
    /// in the middle goes on exactly as it would have. Pixels are not copied.
    /// </summary>
    /// <param name="epoch">The number of the epoch, from 0 or 1 as the caller counts.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epoch"/> is negative.</exception>
    public IReadOnlyList<ImageSet> Epoch(int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        ImageSet images = _shuffle ? Shuffled(epoch) : _images;
        return [.. Enumerable.Range(0, Count).Select(batch => images.Slice(batch * _batchSize, Math.Min(_batchSize, images.Count - (batch * _batchSize))))];
    }

    private ImageSet Shuffled(int epoch)
    {
        int[] order = new int[_images.Count];
        EpochOrder.Fill(_seed, epoch, order);
        return _images.Select(order);
    }
}
