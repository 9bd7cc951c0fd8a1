using CifarFast.Engine.Randomness;

namespace CifarFast.Engine.Operators;

/// <summary>
/// What the random numbers of a training step are functions of, beside the layer and the element: the seed, the step and the image. Where a sample lies in
/// the batch and which thread computes it are not among them.
/// </summary>
/// <param name="batchSize">The largest batch.</param>
internal sealed class StepRandomness(int batchSize)
{
    private readonly int[] _images = [.. Enumerable.Range(0, batchSize)];

    /// <summary>The seed of the run.</summary>
    public ulong Seed { get; set; }

    /// <summary>How many updates the weights have had.</summary>
    public long Step { get; set; }

    /// <summary>The number of the image that each sample of the batch is, in its data set; or the sample's own, where it is none.</summary>
    public Span<int> Images => _images;

    /// <summary>The key of a sample's random numbers.</summary>
    /// <param name="layer">Sets those of a purpose and a layer apart from all others.</param>
    /// <param name="sample">The sample's place in the batch.</param>
    public RandomKey KeyOf(ulong layer, int sample) => new RandomKey(Seed).At(layer).At((ulong)Step).At((ulong)_images[sample]);
}
