using System.Text.Json;
using CifarFast.Engine.Losses;
using CifarFast.Engine.Tests.Kernels;

namespace CifarFast.Engine.Tests.Losses;

/// <summary>The cross-entropy where classes count differently, against torch.nn.CrossEntropyLoss's formula in plain arithmetic.</summary>
public class ClassWeightsTests
{
    private const int Classes = 5;
    private const int Samples = 7;

    private static readonly float[] _weights = [0.25f, 3, 0, 1, 1.5f];
    private static readonly int[] _labels = [0, 1, 2, 3, 4, 1, 0];

    [Theory]
    [InlineData(0)]
    [InlineData(0.2)]
    public void Loss_and_gradient_are_torchs_formula(double smoothing)
    {
        float[] logits = new RandomValues(seed: 3).Next(Samples * Classes);
        float[] gradient = new float[logits.Length];
        (double sum, _) = Loss(smoothing).Total(logits, Classes, Classes, _labels, Samples, gradient);

        // (1 - ε) · w[y] · -log p[y] + ε/K · Σ w[c] · -log p[c], summed over samples.
        double Formula(double[] z, int n)
        {
            double all = Math.Log(z.Sum(Math.Exp));
            double own = (1 - smoothing) * _weights[_labels[n]] * (all - z[_labels[n]]);
            return own + (smoothing / Classes * z.Select((logit, c) => _weights[c] * (all - logit)).Sum());
        }

        double[][] rows = [.. Enumerable.Range(0, Samples).Select(n => logits[(n * Classes)..((n + 1) * Classes)].Select(logit => (double)logit).ToArray())];
        Assert.Equal(rows.Select(Formula).Sum(), sum, 1e-9);
        for (int n = 0; n < Samples; n++)
        {
            for (int c = 0; c < Classes; c++)
            {
                const double Step = 1e-6;
                double[] more = [.. rows[n]];
                double[] less = [.. rows[n]];
                more[c] += Step;
                less[c] -= Step;
                Assert.Equal((Formula(more, n) - Formula(less, n)) / (2 * Step) / Samples, gradient[(n * Classes) + c], 1e-6);
            }
        }
    }

    [Fact]
    public void Mixed_labels_count_by_both_classes()
    {
        float[] logits = [0.5f, -1, 2, 0, 1];
        float[] probabilities = [0, 0.25f, 0, 0.75f, 0];
        float[] gradient = new float[Classes];
        (double sum, int correct) = Loss(0).Total(logits, Classes, Classes, probabilities, meanOver: 1, gradient);

        double all = Math.Log(logits.Sum(logit => Math.Exp(logit)));
        Assert.Equal((0.25 * 3 * (all + 1)) + (0.75 * 1 * all), sum, 1e-9);
        Assert.Equal(0, correct);
        Assert.Equal(0, gradient.Sum(slope => (double)slope), 1e-6);
    }

    [Fact]
    public void Equal_weights_change_no_bit()
    {
        float[] logits = new RandomValues(seed: 4).Next(Samples * Classes);
        float[] plain = new float[logits.Length];
        float[] weighted = new float[logits.Length];
        Assert.Equal(
            new CrossEntropyLoss(0.1).Total(logits, Classes, Classes, _labels, Samples, plain),
            new CrossEntropyLoss(0.1) { ClassWeights = [1, 1, 1, 1, 1] }.Total(logits, Classes, Classes, _labels, Samples, weighted));
        Assert.Equal(plain, weighted);
    }

    [Fact]
    public void All_classes_weigh_the_same_and_images_1_on_average()
    {
        int[] labels = [.. Enumerable.Repeat(0, 6), .. Enumerable.Repeat(1, 3), 3];
        float[] weights = ClassWeights.Of(labels, classes: 4);
        Assert.Equal([10 / 18f, 10 / 9f, 0, 10 / 3f], weights);
        Assert.Equal(1, labels.Average(label => (double)weights[label]), 1e-7);
        Assert.Throws<ArgumentOutOfRangeException>(() => ClassWeights.Of(labels, classes: 3));
    }

    [Fact]
    public void Weights_that_cannot_be_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new CrossEntropyLoss { ClassWeights = [1, -1] });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CrossEntropyLoss { ClassWeights = [float.NaN] });
        var error = Assert.Throws<ArgumentException>(() => Loss(0).Total([1, 2], classes: 2, stride: 2, [0], meanOver: 1, gradient: []));
        Assert.StartsWith("there are weights of 5 classes, but logits of 2", error.Message);
    }

    [Fact]
    public void They_are_a_part_of_what_the_loss_is_as_data()
    {
        Assert.Equal(Loss(0.1), Loss(0.1));
        Assert.Equal(Loss(0.1).GetHashCode(), Loss(0.1).GetHashCode());
        Assert.NotEqual(new CrossEntropyLoss(0.1), Loss(0.1));
        Assert.Contains("\"ClassWeights\":[0.25,3,0,1,1.5]", JsonSerializer.Serialize<Loss>(Loss(0.1)));
        Assert.Equal(Loss(0.1), JsonSerializer.Deserialize<Loss>(JsonSerializer.Serialize<Loss>(Loss(0.1))));
        Assert.DoesNotContain("ClassWeights", JsonSerializer.Serialize<Loss>(new CrossEntropyLoss()));
    }

    private static CrossEntropyLoss Loss(double smoothing) => new(smoothing) { ClassWeights = _weights };
}
