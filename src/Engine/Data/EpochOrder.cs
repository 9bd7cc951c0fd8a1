using System.Runtime.InteropServices;
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

    /// <summary>The same for orders that draw all classes equally often ("BALA" in ASCII).</summary>
    private const ulong BalancedStreamBase = 0x42414C41UL << 32;

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

    /// <summary>
    /// As many draws as there are images, of each class that has any equally often, give or take one: within a class every image comes once before
    /// one comes twice.
    /// </summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="epoch">The number of the epoch, from 0 or 1 as the caller counts.</param>
    /// <param name="labels">The class of each image.</param>
    /// <returns>
    /// The images, and a number for each draw, which is the image's own the first time that it is drawn and another one each time after, so that random
    /// transforms make of it what they have not made yet.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epoch"/> is negative.</exception>
    public static (int[] Images, int[] Numbers) Balanced(ulong seed, int epoch, ReadOnlySpan<int> labels)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        int[] all = labels.ToArray();
        int[][] classes = [.. Enumerable.Range(0, all.Length).GroupBy(image => all[image]).OrderBy(group => group.Key).Select(group => group.ToArray())];
        var random = new Xoshiro256(seed, BalancedStreamBase | (uint)epoch);

        // The draws that are left over when all classes have had as many go to some of them, others in each epoch.
        random.Shuffle<int[]>(classes);
        List<(int Image, int Number)> draws = new(all.Length);
        for (int i = 0; i < classes.Length; i++)
        {
            int[] images = classes[i];
            int left = (all.Length / classes.Length) + (i < all.Length % classes.Length ? 1 : 0);
            for (int round = 0; left > 0; round++)
            {
                random.Shuffle<int>(images);
                int count = Math.Min(left, images.Length);
                foreach (int image in images.AsSpan(0, count))
                {
                    draws.Add((image, unchecked(image + (round * all.Length))));
                }

                left -= count;
            }
        }

        random.Shuffle(CollectionsMarshal.AsSpan(draws));
        return ([.. draws.Select(draw => draw.Image)], [.. draws.Select(draw => draw.Number)]);
    }
}
