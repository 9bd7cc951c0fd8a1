using CifarFast.Engine.Kernels.Loss;
using CsCheck;

namespace CifarFast.Engine.Tests.Kernels.Loss;

public class SoftmaxCrossEntropyTests
{
    private const int Classes = 10;
    private const int Stride = 16;

    [Fact]
    public void Loss_and_gradient_are_the_definition_in_double_precision() =>
        Gen.Select(Gen.ULong, Gen.Int[1, 20]).Sample(
            (seed, samples) =>
            {
                (float[] logits, int[] labels) = Batch(seed, samples);
                float[] gradient = Canaries(samples);
                (double lossSum, _) = SoftmaxCrossEntropy.Run(logits, Classes, Stride, labels, gradient);

                double expected = 0;
                for (int n = 0; n < samples; n++)
                {
                    double[] exponentials = [.. logits.AsSpan(n * Stride, Classes).ToArray().Select(logit => Math.Exp(logit))];
                    double[] softmax = [.. exponentials.Select(value => value / exponentials.Sum())];
                    expected -= Math.Log(softmax[labels[n]]);
                    for (int c = 0; c < Classes; c++)
                    {
                        double slope = (softmax[c] - (c == labels[n] ? 1 : 0)) / samples;
                        Assert.Equal(slope, gradient[(n * Stride) + c], 1e-7 / samples);
                    }
                }

                Assert.Equal(expected, lossSum, 1e-9 * (1 + expected));
            },
            iter: 100);

    [Fact]
    public void The_gradient_of_every_sample_sums_to_zero()
    {
        (float[] logits, int[] labels) = Batch(seed: 3, samples: 12);
        float[] gradient = Canaries(12);
        SoftmaxCrossEntropy.Run(logits, Classes, Stride, labels, gradient);
        for (int n = 0; n < labels.Length; n++)
        {
            float[] slopes = gradient[(n * Stride)..((n * Stride) + Classes)];
            Assert.Equal(0, slopes.Sum(slope => (double)slope), 1e-8);
            Assert.True(slopes[labels[n]] < 0);
            Assert.Equal(1, slopes.Count(slope => slope < 0));
        }
    }

    [Fact]
    public void The_gap_behind_the_classes_is_neither_read_nor_written()
    {
        (float[] logits, int[] labels) = Batch(seed: 4, samples: 5);
        float[] gradient = Canaries(5);
        (double lossSum, _) = SoftmaxCrossEntropy.Run(logits, Classes, Stride, labels, gradient);

        Assert.True(double.IsFinite(lossSum));
        for (int i = 0; i < gradient.Length; i++)
        {
            Assert.Equal(i % Stride >= Classes, GuardedMemory.IsCanary(gradient[i]));
        }
    }

    [Fact]
    public void Twice_the_batch_doubles_the_sum_of_the_losses_and_halves_the_gradients()
    {
        (float[] logits, int[] labels) = Batch(seed: 5, samples: 4);
        Array.Resize(ref logits, 4 * Stride);
        float[] one = Canaries(4);
        float[] two = Canaries(8);
        (double lossSum, int correct) = SoftmaxCrossEntropy.Run(logits, Classes, Stride, labels, one);
        (double twiceSum, int twiceCorrect) = SoftmaxCrossEntropy.Run([.. logits, .. logits], Classes, Stride, [.. labels, .. labels], two);

        Assert.Equal(2 * lossSum, twiceSum, 1e-12);
        Assert.Equal(2 * correct, twiceCorrect);
        Exactly.AssertEqual("gradient", two[..one.Length], [.. one.Select(slope => slope / 2)]);
    }

    [Fact]
    public void Equal_logits_lose_the_logarithm_of_the_classes()
    {
        float[] gradient = new float[4];
        (double lossSum, int correct) = SoftmaxCrossEntropy.Run([3, 3, 3, 3], classes: 4, stride: 4, [1], gradient);

        Assert.Equal(Math.Log(4), lossSum, 1e-12);
        Assert.Equal([0.25f, -0.75f, 0.25f, 0.25f], gradient);
        Assert.Equal(0, correct);
    }

    [Theory]
    [InlineData(1e4f)]
    [InlineData(-1e4f)]
    public void Logits_of_ten_thousand_overflow_nothing(float large)
    {
        // The first sample is sure and right, the second one sure and wrong; all else is as far away as can be.
        float[] logits = [large, -large, -large, -large, large, large];
        int[] labels = large > 0 ? [0, 0] : [1, 0];
        float[] gradient = new float[6];
        (double lossSum, int correct) = SoftmaxCrossEntropy.Run(logits, classes: 3, stride: 3, labels, gradient);

        double expected = large > 0 ? 2e4 + Math.Log(2) : Math.Log(2);
        Assert.Equal(expected, lossSum, 1e-6);
        Assert.Equal(large > 0 ? 1 : 2, correct);
        Assert.Equal(large > 0 ? [0, 0, 0, -0.5f, 0.25f, 0.25f] : [0, -0.25f, 0.25f, 0, 0, 0], gradient);
    }

    [Fact]
    public void The_first_of_equal_logits_is_the_prediction()
    {
        float[] logits = [1, 7, 7, 2];
        Assert.Equal(1, SoftmaxCrossEntropy.Run(logits, classes: 4, stride: 4, [1], gradient: []).Correct);
        Assert.Equal(0, SoftmaxCrossEntropy.Run(logits, classes: 4, stride: 4, [2], gradient: []).Correct);
    }

    [Theory]
    [InlineData(Classes)]
    [InlineData(-1)]
    public void A_label_that_is_no_class_is_refused(int label)
    {
        (float[] logits, int[] labels) = Batch(seed: 6, samples: 3);
        labels[2] = label;
        Assert.Throws<ArgumentOutOfRangeException>(() => SoftmaxCrossEntropy.Run(logits, Classes, Stride, labels, gradient: []));
    }

    [Fact]
    public void Spans_that_are_too_short_are_refused()
    {
        (float[] logits, int[] labels) = Batch(seed: 7, samples: 3);
        Memory<float> gradient = new float[(2 * Stride) + Classes];
        ShortSpans.AssertRefused([logits, gradient], spans => SoftmaxCrossEntropy.Run(spans[0].Span, Classes, Stride, labels, spans[1].Span));
    }

    [Fact]
    public void A_logit_that_is_NaN_makes_the_loss_NaN() =>
        Assert.Equal(double.NaN, SoftmaxCrossEntropy.Run([1, float.NaN, 2], classes: 3, stride: 3, [0], gradient: []).LossSum);

    /// <summary>Logits of a batch, with canaries behind each sample but the last, and labels.</summary>
    private static (float[] Logits, int[] Labels) Batch(ulong seed, int samples)
    {
        var random = new RandomValues(seed);
        float[] logits = Canaries(samples);
        for (int n = 0; n < samples; n++)
        {
            random.Next(Classes).Select(value => 5 * value).ToArray().CopyTo(logits, n * Stride);
        }

        int[] labels = [.. random.NextOf([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], samples).Select(label => (int)label)];
        return (logits[..(((samples - 1) * Stride) + Classes)], labels);
    }

    private static float[] Canaries(int samples) => [.. Enumerable.Repeat(GuardedMemory.Canary, samples * Stride)];
}
