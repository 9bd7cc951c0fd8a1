using CifarFast.Engine.Data;
using CsCheck;

namespace CifarFast.Engine.Tests.Data;

public sealed class EpochOrderTests
{
    [Fact]
    public void Visits_every_image_exactly_once() =>
        Gen.Select(Gen.ULong, Gen.Int[0, int.MaxValue], Gen.Int[0, 2000]).Sample((seed, epoch, count) =>
        {
            int[] order = Order(seed, epoch, count);
            return order.Order().SequenceEqual(Enumerable.Range(0, count));
        }, iter: 200);

    [Fact]
    public void Is_the_same_for_the_same_seed_and_epoch_whatever_was_there_before() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 1000]).Sample((seed, epoch) =>
        {
            int[] used = Order(seed + 1, epoch + 1, 500);
            EpochOrder.Fill(seed, epoch, used);
            return used.AsSpan().SequenceEqual(Order(seed, epoch, 500));
        }, iter: 200);

    [Fact]
    public void Differs_from_epoch_to_epoch_and_from_seed_to_seed() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 1000]).Sample((seed, epoch) =>
        {
            int[] order = Order(seed, epoch, 500);
            return !order.AsSpan().SequenceEqual(Order(seed, epoch + 1, 500))
                && !order.AsSpan().SequenceEqual(Order(seed + 1, epoch, 500));
        }, iter: 200);

    [Fact]
    public void Brings_every_image_to_every_place_about_equally_often()
    {
        const int Count = 10;
        const int Epochs = 20_000;
        int[,] seen = new int[Count, Count];
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            int[] order = Order(7, epoch, Count);
            for (int place = 0; place < Count; place++)
            {
                seen[place, order[place]]++;
            }
        }

        // 2,000 expected with a standard deviation of 42: five of them leave room for all hundred counts.
        Assert.All(seen.Cast<int>(), count => Assert.InRange(count, 1790, 2210));
    }

    [Fact]
    public void Refuses_a_negative_epoch() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => EpochOrder.Fill(1, -1, new int[3]));

    private static int[] Order(ulong seed, int epoch, int count)
    {
        int[] order = new int[count];
        EpochOrder.Fill(seed, epoch, order);
        return order;
    }
}
