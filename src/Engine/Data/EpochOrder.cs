using CifarFast.Engine.Randomness;

namespace CifarFast.Engine.Data;

/// <summary>
/// The order in which an epoch visits the images. Each epoch draws its own from the seed, whatever came before it,
/// so a run that is resumed in the middle goes on exactly as it would have.
/// </summary>
internal static class EpochOrder
{
    /// <summary>Sets these streams apart from all others that start from the same seed ("EPOC" in ASCII).</summary>
    private const ulong StreamBase = 0x45504F43UL << 32;

    /// <summary>Fills <paramref name="order"/> with each of the numbers 0 to its length − 1 once, every order equally likely.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="epoch">The number of the epoch, from 0 or 1 as the caller counts.</param>
    /// <param name="order">As long as there are images; what it held is overwritten.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epoch"/> is negative.</exception>
    public static void Fill(ulong seed, int epoch, Span<int> order)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        var random = new Xoshiro256(seed, StreamBase | (uint)epoch);
        random.Shuffle(order);
    }
}
