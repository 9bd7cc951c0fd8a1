using System.Security.Cryptography;
using CifarFast.Engine.Data;
using CifarFast.Engine.Randomness;

namespace CifarFast.Engine.Tests.Data;

public sealed class SyntheticImagesTests(ITestOutputHelper output)
{
    [Fact]
    public void Has_the_form_of_CIFAR_10()
    {
        ImageDataset dataset = Create(seed: 3, train: 40, test: 20);
        Assert.Equal("synthetic", dataset.Name);
        Assert.Equal(10, dataset.ClassNames.Distinct().Count());
        Assert.Equal(40, dataset.Train.Count);
        Assert.Equal(20, dataset.Test.Count);
        Assert.Equal((3, 32, 32), (dataset.Train.Channels, dataset.Train.Height, dataset.Train.Width));
    }

    [Fact]
    public void Has_as_many_images_of_each_class_in_an_order_of_its_own()
    {
        ImageDataset dataset = Create(seed: 3, train: 1000, test: 500);
        Assert.All(Enumerable.Range(0, 10), label => Assert.Equal(100, dataset.Train.Labels.Count(label)));
        Assert.All(Enumerable.Range(0, 10), label => Assert.Equal(50, dataset.Test.Labels.Count(label)));
        Assert.False(dataset.Train.Labels[..500].SequenceEqual(dataset.Test.Labels));
        Assert.True(dataset.Train.Labels[..50].ToArray().Distinct().Count() > 5);
    }

    [Fact]
    public void Draws_the_same_bytes_on_every_machine()
    {
        ImageDataset dataset = Create(seed: 1, train: 200, test: 100);
        Assert.Equal("4b00a7100aaaf177b16dde97288affa236751182804bc7865fbfba1bf29cb136", Fingerprint(dataset.Train));
        Assert.Equal("41a3bf31c87828e33f26cdde4efdeae985842dec4a06c855d927e40f55520c1b", Fingerprint(dataset.Test));
    }

    [Fact]
    public void Draws_other_images_for_another_seed_and_for_the_other_half()
    {
        ImageDataset one = Create(seed: 1, train: 50, test: 50);
        ImageDataset two = Create(seed: 2, train: 50, test: 50);
        string[] all = [.. new[] { one.Train, one.Test, two.Train, two.Test }.SelectMany(
            set => Enumerable.Range(0, set.Count).Select(i => Convert.ToHexString(set.Pixels(i))))];
        Assert.Equal(200, all.Distinct().Count());
    }

    [Fact]
    public void Gives_a_half_the_same_images_however_many_the_other_has()
    {
        ImageSet alone = Create(seed: 1, train: 10, test: 60).Test;
        ImageSet beside = Create(seed: 1, train: 300, test: 60).Test;
        Assert.Equal(Fingerprint(alone), Fingerprint(beside));
    }

    [Fact]
    public void Shows_a_figure_in_every_image()
    {
        // A figure covers a part of its image and leaves a part, or there would be nothing to tell it by.
        for (int label = 0; label < 10; label++)
        {
            for (ulong stream = 0; stream < 300; stream++)
            {
                var random = new Xoshiro256(5, stream);
                var figure = SyntheticFigure.Draw(ref random, label);
                float covered = 0;
                for (int i = 0; i < 1024; i++)
                {
                    float coverage = figure.Coverage(i % 32, i / 32);
                    Assert.InRange(coverage, 0, 1);
                    covered += coverage;
                }

                Assert.InRange(covered / 1024, 0.03f, 0.75f);
            }
        }
    }

    [Fact]
    public void Tells_a_linear_classifier_little()
    {
        ImageDataset dataset = Create(seed: 1, train: 4000, test: 2000);
        var classifier = new SoftmaxRegression(dataset.Train, epochs: 10, rate: 0.002f);
        double train = classifier.Accuracy(dataset.Train);
        double test = classifier.Accuracy(dataset.Test);
        output.WriteLine($"training accuracy {train:P1}, test accuracy {test:P1}");

        // It did learn what there was to learn, and that does not carry far.
        Assert.True(train > 0.4, $"training accuracy {train:P1}");
        Assert.InRange(test, 0.05, 0.5);
    }

    [Fact]
    public void Refuses_halves_without_images()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Create(1, train: 0, test: 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => Create(1, train: 10, test: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Create(1, train: int.MaxValue, test: 10));
    }

    [Fact]
    public void Stops_when_cancelled() =>
        Assert.ThrowsAny<OperationCanceledException>(() => SyntheticImages.Create(1, cancellation: new CancellationToken(canceled: true)));

    [Fact]
    public void A_split_alone_has_the_images_it_has_in_the_whole_set()
    {
        ImageDataset whole = SyntheticImages.Create(seed: 4, cancellation: TestContext.Current.CancellationToken);
        foreach (DataSplit split in Enum.GetValues<DataSplit>())
        {
            ImageDataset part = SyntheticImages.Create(seed: 4, split, TestContext.Current.CancellationToken);
            Assert.Equal(whole.Of(split).Sha256(), part.Of(split).Sha256());
            Assert.Equal(whole.Of(split).Count, part.Train.Count + part.Test.Count);
        }
    }

    private static ImageDataset Create(ulong seed, int train, int test) =>
        SyntheticImages.Create(seed, train, test, TestContext.Current.CancellationToken);

    private static string Fingerprint(ImageSet set)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([.. set.Labels.ToArray().Select(label => (byte)label)]);
        for (int i = 0; i < set.Count; i++)
        {
            hash.AppendData(set.Pixels(i));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
