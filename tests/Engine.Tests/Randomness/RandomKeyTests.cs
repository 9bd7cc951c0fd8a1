using System.Numerics;
using CifarFast.Engine.Randomness;

namespace CifarFast.Engine.Tests.Randomness;

public class RandomKeyTests
{
    /// <summary>The first numbers that the authors' program gives for this seed.</summary>
    [Fact]
    public void Its_bits_are_those_of_SplitMix64()
    {
        var key = new RandomKey(1234567);
        Assert.Equal(
            [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821],
            Enumerable.Range(0, 5).Select(place => key.Bits((ulong)place)));
    }

    [Fact]
    public void Keys_next_to_each_other_have_nothing_in_common()
    {
        var root = new RandomKey(0);
        for (ulong i = 0; i < 100; i++)
        {
            int same = Enumerable.Range(0, 64).Sum(place => 64 - BitOperations.PopCount(root.At(i).Bits((ulong)place) ^ root.At(i + 1).Bits((ulong)place)));

            // Of 4,096 bits, half; six deviations are 192.
            Assert.InRange(same, 2048 - 192, 2048 + 192);
        }
    }
}
