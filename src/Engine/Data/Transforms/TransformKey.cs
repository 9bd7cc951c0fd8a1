using CifarFast.Engine.Randomness;

namespace CifarFast.Engine.Data.Transforms;

/// <summary>
/// What the random numbers of a transform are a function of: with its kind, these and nothing else. Where an image stands in its batch, which thread
/// transforms it and what was drawn before are not among them, so an epoch can be entered anywhere.
/// </summary>
/// <param name="Seed">The seed of the run.</param>
/// <param name="Place">The transform's place in the list.</param>
/// <param name="Epoch">The epoch.</param>
/// <param name="Image">The image's number in the set that is gone through; where an epoch draws it again, another one each time.</param>
internal readonly record struct TransformKey(ulong Seed, int Place, int Epoch, int Image)
{
    /// <summary>The random numbers of a transform.</summary>
    /// <param name="kind">Sets it apart from all others that start from the same seed.</param>
    public Xoshiro256 Random(uint kind)
    {
        ulong seed = new Xoshiro256(Seed, ((ulong)kind << 32) | (uint)Place).NextUInt64();
        return new Xoshiro256(seed, ((ulong)(uint)Epoch << 32) | (uint)Image);
    }
}
