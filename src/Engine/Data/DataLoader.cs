using CifarFast.Engine.Data.Transforms;
using CifarFast.Engine.Nn;

namespace CifarFast.Engine.Data;

/// <summary>Cuts a set of images into batches, epoch by epoch, as torch.utils.data.DataLoader does.</summary>
public sealed class DataLoader
{
    private readonly ImageSet _images;
    private readonly int _batchSize;
    private readonly bool _shuffle;
    private readonly ulong _seed;
    private readonly IReadOnlyList<Transform> _transforms;
    private readonly bool _balanced;

    /// <summary>Prepares to go through a set.</summary>
    /// <param name="images">The set.</param>
    /// <param name="batchSize">Images a batch; the last one of an epoch may have fewer.</param>
    /// <param name="shuffle">Whether each epoch has an order of its own, in place of that of the set.</param>
    /// <param name="seed">Decides these orders, and what is random about the transforms.</param>
    /// <param name="dropLast">Whether to leave out the last batch of an epoch where it has fewer images, unless it is the only one.</param>
    /// <param name="transforms">What to do with each image, in this order, or null for nothing.</param>
    /// <param name="balanced">
    /// Whether each epoch draws its images, as many as there are, so that every class comes equally often, give or take one image.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batchSize"/> is not positive.</exception>
    /// <exception cref="ArgumentException">More than one of the transforms mixes images.</exception>
    /// <exception cref="ShapeException">Images of this size cannot be transformed so.</exception>
    public DataLoader(
        ImageSet images, int batchSize, bool shuffle = false, ulong seed = 0, bool dropLast = false, IReadOnlyList<Transform>? transforms = null,
        bool balanced = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        _images = images;
        _batchSize = batchSize;
        _shuffle = shuffle;
        _seed = seed;
        _balanced = balanced;
        _transforms = [.. transforms ?? []];
        if (Transform.FindFault(_transforms) is string wrong)
        {
            throw new ArgumentException($"nothing can be done with {wrong}", nameof(transforms));
        }

        foreach (Transform transform in _transforms)
        {
            if (transform.FindFault(images.Shape) is string fault)
            {
                throw new ShapeException($"{transform.GetType().Name}: {fault}");
            }
        }

        Count = dropLast && images.Count >= batchSize ? images.Count / batchSize : (int)(((long)images.Count + batchSize - 1) / batchSize);
    }

    /// <summary>Batches an epoch.</summary>
    public int Count { get; }

    /// <summary>How many images the batches of an epoch have together.</summary>
    internal int ImagesOfEpoch => (int)Math.Min(_images.Count, (long)Count * _batchSize);

    /// <summary>
    /// The batches of an epoch. Its order, and what its transforms make of an image, depend on the seed and its number alone, whatever came before
    /// it, so a run that is resumed in the middle goes on exactly as it would have. Pixels are not copied.
    /// </summary>
    /// <param name="epoch">The number of the epoch, from 0 or 1 as the caller counts.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epoch"/> is negative.</exception>
    public IReadOnlyList<Batch> Epoch(int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        int[] numbers = [.. Enumerable.Range(0, _images.Count)];
        ImageSet images = _images;
        if (_balanced)
        {
            (int[] drawn, numbers) = EpochOrder.Balanced(_seed, epoch, _images.Labels);
            images = _images.Select(drawn);
        }
        else if (_shuffle)
        {
            EpochOrder.Fill(_seed, epoch, numbers);
            images = _images.Select(numbers);
        }

        return [.. Enumerable.Range(0, Count).Select(number =>
        {
            int first = number * _batchSize;
            int count = Math.Min(_batchSize, images.Count - first);
            return new Batch(images.Slice(first, count), numbers.AsMemory(first, count), _transforms, _seed, epoch, number);
        })];
    }
}
