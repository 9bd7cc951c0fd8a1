using CifarFast.Engine.Data;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Initialization;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Randomness;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Execution;
using CifarFast.Engine.Tests.Training;

namespace CifarFast.Engine.Tests.Initialization;

/// <summary>What parameters begin with, against the definitions.</summary>
public class InitializationTests
{
    private static readonly ImageSet _images = TrainingFixture.Images.Train.Take(40);

    [Fact]
    public void Eigenvectors_make_the_matrix_up_again()
    {
        const int size = 9;
        var random = new Xoshiro256(seed: 3);
        double[] matrix = new double[size * size];
        for (int i = 0; i < size; i++)
        {
            for (int j = i; j < size; j++)
            {
                matrix[(i * size) + j] = matrix[(j * size) + i] = random.NextGaussian();
            }
        }

        (double[] values, double[][] vectors) = SymmetricEigen.Of([.. matrix], size);

        Assert.Equal(values.OrderDescending(), values);
        for (int i = 0; i < size; i++)
        {
            Assert.True(vectors[i].MaxBy(Math.Abs) > 0);
            for (int j = 0; j < size; j++)
            {
                Assert.Equal(i == j ? 1 : 0, vectors[i].Zip(vectors[j], (one, other) => one * other).Sum(), 1e-13);
                Assert.Equal(matrix[(i * size) + j], Enumerable.Range(0, size).Sum(k => values[k] * vectors[k][i] * vectors[k][j]), 1e-12);
            }
        }
    }

    /// <summary>The mean product of two outputs of the first half is zero, and of one with itself λ/(λ + ε), which is next to 1 where there is anything.</summary>
    [Fact]
    public void Whitened_outputs_are_uncorrelated()
    {
        const float epsilon = 1e-3f;
        float[] weights = Initialized(
            new Architecture("white", new Shape(3, 32, 32), new Normalize([0.5f, 0.4f, 0.3f], [0.25f, 0.5f, 1]), new Conv2d(3, 24, KernelSize: 2)),
            "1.weight", new WhiteningInitializer(Images: 30, epsilon));
        double[][] patches = [.. Patches(_images.Take(30))];
        double[][] outputs = [.. patches.Select(patch => Enumerable.Range(0, 12).Select(filter => patch.Select((value, i) => value * weights[(filter * 12) + i]).Sum()).ToArray())];
        for (int one = 0; one < 12; one++)
        {
            for (int other = 0; other < 12; other++)
            {
                double product = outputs.Average(output => output[one] * output[other]);
                Assert.InRange(product, one == other ? 0 : -1e-4, one == other ? 1 : 1e-4);
            }
        }

        Assert.InRange(outputs.Average(output => output[0] * output[0]), 0.99, 1);
        Assert.Equal(weights[..(12 * 12)].Select(value => -value), weights[(12 * 12)..]);
    }

    [Fact]
    public void Whitening_is_the_same_for_every_number_of_threads()
    {
        float[] Of(int threads)
        {
            using var network = new Network(NetworkCatalog.Airbench94(_images.Shape, 10), ExecutionPaths.Options(SimdTiers.Best.Name(), threads), batchSize: 1, seed: 1);
            RecipeCatalog.Find("airbench94")!.Initialize(network, _images, TestContext.Current.CancellationToken);
            return [.. network.StateTensors.SelectMany(TrainingFixture.Values)];
        }

        Assert.Equal(Of(threads: 1), Of(threads: 3));
    }

    [Fact]
    public void Dirac_lets_its_input_through()
    {
        float[] weights = Initialized(new Architecture("dirac", new Shape(3, 32, 32), new Conv2d(3, 5, KernelSize: 3, Padding: 1)), "0.weight", new DiracInitializer());
        for (int filter = 0; filter < 3; filter++)
        {
            Assert.Equal(Enumerable.Range(0, 27).Select(i => i == (filter * 9) + 4 ? 1f : 0), weights.Skip(filter * 27).Take(27));
        }

        Assert.All(weights.Skip(3 * 27), value => Assert.InRange(Math.Abs(value), float.Epsilon, 1 / Math.Sqrt(27)));
        Assert.All(
            Initialized(new Architecture("dirac", new Shape(3, 32, 32), new Conv2d(3, 5, KernelSize: 1)), "0.weight", new DiracInitializer(ZeroRest: true)).Skip(9),
            value => Assert.Equal(0, value));
    }

    [Fact]
    public void The_default_of_PyTorch_is_uniform_within_its_bounds_for_the_bias_too()
    {
        var architecture = new Architecture("linear", new Shape(3, 32, 32), new Flatten(), new Linear(3072, 10));
        double bound = 1 / Math.Sqrt(3072);
        float[] weights = Initialized(architecture, "1.weight", new PyTorchInitializer());
        Assert.All(weights, value => Assert.InRange(value, -bound, bound));
        Assert.Equal(bound / Math.Sqrt(3), Math.Sqrt(weights.Average(value => (double)value * value)), bound / 100);
        float[] bias = Initialized(architecture, "1.bias", new PyTorchInitializer());
        Assert.All(bias, value => Assert.InRange(Math.Abs(value), float.Epsilon, bound));
        float[] scaled = Initialized(architecture, "1.weight", new PyTorchInitializer(Deviation: 2));
        double mean = scaled.Average(value => (double)value);
        Assert.Equal(2, Math.Sqrt(scaled.Sum(value => (value - mean) * (value - mean)) / (scaled.Length - 1)), 1e-5);
    }

    [Fact]
    public void The_first_rule_counts_and_what_none_is_about_stays()
    {
        var architecture = new Architecture("rules", new Shape(3, 32, 32), new Conv2d(3, 2, KernelSize: 1), new Conv2d(2, 2, KernelSize: 1));
        using var network = new Network(architecture, ExecutionPaths.Options("naive"), batchSize: 1, seed: 1);
        float[] untouched = TrainingFixture.Values(network.Parameters[2]);
        new Recipe { Initialization = [new("0.weight", new ConstantInitializer(2)), new("0.*", new ConstantInitializer(3))] }
            .Initialize(network, _images, TestContext.Current.CancellationToken);

        Assert.All(TrainingFixture.Values(network.Parameters[0]), value => Assert.Equal(2, value));
        Assert.All(TrainingFixture.Values(network.Parameters[1]), value => Assert.Equal(3, value));
        Assert.Equal(untouched, TrainingFixture.Values(network.Parameters[2]));
    }

    [Fact]
    public void He_normal_is_what_a_network_is_made_with()
    {
        var architecture = new Architecture("he", new Shape(3, 32, 32), new Conv2d(3, 4, KernelSize: 3));
        using var network = new Network(architecture, ExecutionPaths.Options("naive"), batchSize: 1, seed: 5);
        float[] made = TrainingFixture.Values(network.Parameters[0]);
        network.Parameters[0].CopyFrom(new float[made.Length]);
        new Recipe { Seed = 5, Initialization = [new("*", new HeNormalInitializer())] }.Initialize(network, _images, TestContext.Current.CancellationToken);

        Assert.Equal(made, TrainingFixture.Values(network.Parameters[0]));
    }

    [Fact]
    public void Rules_that_do_not_go_with_a_parameter_are_refused()
    {
        var linear = new Architecture("linear", new Shape(3, 32, 32), new Flatten(), new Linear(3072, 10));
        Assert.Throws<ArgumentException>(() => Initialized(linear, "1.weight", new DiracInitializer()));
        Assert.Throws<ArgumentException>(() => Initialized(linear, "1.weight", new WhiteningInitializer()));
        var few = new Architecture("few", new Shape(3, 32, 32), new Conv2d(3, 23, KernelSize: 2));
        Assert.Throws<ArgumentException>(() => Initialized(few, "0.weight", new WhiteningInitializer()));
        var deep = new Architecture("deep", new Shape(3, 32, 32), new Conv2d(3, 3, KernelSize: 1), new Conv2d(3, 24, KernelSize: 2));
        Assert.Throws<ArgumentException>(() => Initialized(deep, "1.weight", new WhiteningInitializer()));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WhiteningInitializer(Images: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WhiteningInitializer(Epsilon: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PyTorchInitializer(Deviation: -1));
    }

    [Theory]
    [InlineData(50_000, 1024, "9.9")]
    [InlineData(2000, 1024, "200")]
    [InlineData(300, 300, "200")]
    [InlineData(10_240, 1024, "20")]
    public void A_small_set_is_gone_through_more_often(int images, int batchSize, string epochs)
    {
        Recipe recipe = RecipeCatalog.Find("airbench94")!.For(images);
        Assert.Equal(batchSize, recipe.BatchSize);
        Assert.Equal(decimal.Parse(epochs, System.Globalization.CultureInfo.InvariantCulture), recipe.Epochs);
    }

    [Fact]
    public void A_set_of_enough_steps_is_not() => Assert.Equal(2.1m, (RecipeCatalog.Find("minute")! with { Epochs = 2.1m, LeastSteps = 200 }).For(50_000).Epochs);

    private static float[] Initialized(Architecture architecture, string parameter, Initializer initializer)
    {
        using var network = new Network(architecture, ExecutionPaths.Options(SimdTiers.Best.Name()), batchSize: 1, seed: 1);
        new Recipe { Initialization = [new InitializationRule(parameter, initializer)] }.Initialize(network, _images, TestContext.Current.CancellationToken);
        return TrainingFixture.Values(network.Parameters.Single(one => one.Name == parameter));
    }

    private static IEnumerable<double[]> Patches(ImageSet images)
    {
        double[] mean = [0.5, 0.4f, 0.3f];
        double[] deviation = [0.25, 0.5, 1];
        for (int image = 0; image < images.Count; image++)
        {
            byte[] pixels = images.Pixels(image).ToArray();
            for (int y = 0; y < 31; y++)
            {
                for (int x = 0; x < 31; x++)
                {
                    yield return [.. Enumerable.Range(0, 12).Select(i =>
                        ((pixels[(i / 4 * 1024) + ((y + (i % 4 / 2)) * 32) + x + (i % 2)] / 255.0) - mean[i / 4]) / deviation[i / 4])];
                }
            }
        }
    }
}
