using System.IO.Hashing;
using System.Text;
using CifarFast.Engine.Data;

namespace CifarFast.Trainer.Images;

/// <summary>Holds out a share of every class of a set. Who is held out is decided by the seed and the names of the pictures, wherever and in whatever order they lie.</summary>
internal static class PictureSplit
{
    /// <summary>The share of each class that is held out.</summary>
    public const double Share = 0.2;

    /// <summary>Splits a set whose images have names. A class of two pictures or more has one on either side at least; a single one is kept.</summary>
    /// <returns>The places of what is kept and of what is held out, in the order of the set.</returns>
    public static (int[] Kept, int[] HeldOut) Of(ImageSet images, ulong seed)
    {
        HashSet<int> heldOut =
        [
            .. Enumerable.Range(0, images.Count)
                .GroupBy(i => images.Labels[i])
                .SelectMany(ofClass => ofClass
                    .OrderBy(i => Draw(images.Name(i)!, seed))
                    .ThenBy(i => images.Name(i), StringComparer.Ordinal)
                    .Take(HeldOutOf(ofClass.Count()))),
        ];
        ILookup<bool, int> sides = Enumerable.Range(0, images.Count).ToLookup(heldOut.Contains);
        return ([.. sides[false]], [.. sides[true]]);
    }

    private static int HeldOutOf(int count) => count < 2 ? 0 : Math.Clamp((int)Math.Round(Share * count), 1, count - 1);

    private static ulong Draw(string name, ulong seed) => XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(name), unchecked((long)seed));
}
