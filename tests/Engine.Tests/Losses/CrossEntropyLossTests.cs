using CifarFast.Engine.Losses;
using CifarFast.Engine.Tests.Kernels;
using CommunityToolkit.HighPerformance;
using CsCheck;

namespace CifarFast.Engine.Tests.Losses;

public class CrossEntropyLossTests
{
    private const int Classes = 10;
    private const int Stride = 16;

    private static readonly CrossEntropyLoss _loss = new();

    [Fact]
    public void Loss_and_gradient_are_the_definition_in_double_precision() =>
        Gen.Select(Gen.ULong, Gen.Int[1, 20]).Sample(
            (seed, samples) =>
            {
                (float[] logits, int[] labels) = Batch(seed, samples);
                float[] gradient = Canaries(samples);
                (double lossSum, _) = _loss.Total(logits, Classes, Stride, labels, labels.Length, gradient);

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
        _loss.Total(logits, Classes, Stride, labels, labels.Length, gradient);
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
        (double lossSum, _) = _loss.Total(logits, Classes, Stride, labels, labels.Length, gradient);

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
        (double lossSum, int correct) = _loss.Total(logits, Classes, Stride, labels, labels.Length, one);
        (double twiceSum, int twiceCorrect) = _loss.Total([.. logits, .. logits], Classes, Stride, [.. labels, .. labels], 2 * labels.Length, two);

        Assert.Equal(2 * lossSum, twiceSum, 1e-12);
        Assert.Equal(2 * correct, twiceCorrect);
        Exactly.AssertEqual("gradient", two[..one.Length], [.. one.Select(slope => slope / 2)]);
    }

    [Fact]
    public void Equal_logits_lose_the_logarithm_of_the_classes()
    {
        float[] gradient = new float[4];
        (double lossSum, int correct) = _loss.Total([3, 3, 3, 3], classes: 4, stride: 4, [1], meanOver: 1, gradient);

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
        (double lossSum, int correct) = _loss.Total(logits, classes: 3, stride: 3, labels, labels.Length, gradient);

        double expected = large > 0 ? 2e4 + Math.Log(2) : Math.Log(2);
        Assert.Equal(expected, lossSum, 1e-6);
        Assert.Equal(large > 0 ? 1 : 2, correct);
        Assert.Equal(large > 0 ? [0, 0, 0, -0.5f, 0.25f, 0.25f] : [0, -0.25f, 0.25f, 0, 0, 0], gradient);
    }

    [Fact]
    public void The_first_of_equal_logits_is_the_prediction()
    {
        float[] logits = [1, 7, 7, 2];
        Assert.Equal(1, _loss.Total(logits, classes: 4, stride: 4, [1], meanOver: 1, gradient: []).Correct);
        Assert.Equal(0, _loss.Total(logits, classes: 4, stride: 4, [2], meanOver: 1, gradient: []).Correct);
    }

    [Theory]
    [InlineData(Classes)]
    [InlineData(-1)]
    public void A_label_that_is_no_class_is_refused(int label)
    {
        (float[] logits, int[] labels) = Batch(seed: 6, samples: 3);
        labels[2] = label;
        Assert.Throws<ArgumentOutOfRangeException>(() => _loss.Total(logits, Classes, Stride, labels, labels.Length, gradient: []));
    }

    [Fact]
    public void Spans_that_are_too_short_are_refused()
    {
        (float[] logits, int[] labels) = Batch(seed: 7, samples: 3);
        Memory<float> gradient = new float[(2 * Stride) + Classes];
        ShortSpans.AssertRefused([logits, gradient], spans => _loss.Total(spans[0].Span, Classes, Stride, labels, labels.Length, spans[1].Span));
    }

    [Fact]
    public void A_logit_that_is_NaN_makes_the_loss_NaN() =>
        Assert.Equal(double.NaN, _loss.Total([1, float.NaN, 2], classes: 3, stride: 3, [0], meanOver: 1, gradient: []).LossSum);

    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    [InlineData(0.75)]
    public void Smoothed_losses_and_gradients_are_the_definition(double smoothing)
    {
        (float[] logits, int[] labels) = Batch(seed: 8, samples: 30);
        float[] gradient = Canaries(30);
        (double lossSum, int correct) = new CrossEntropyLoss(smoothing).Total(logits, Classes, Stride, labels, labels.Length, gradient);

        // As a mixture of two losses, where the engine computes one with a mixed target.
        double expected = 0;
        for (int n = 0; n < labels.Length; n++)
        {
            double[] logSoftmax = LogSoftmax(logits.AsSpan(n * Stride, Classes));
            expected += ((1 - smoothing) * -logSoftmax[labels[n]]) + (smoothing * -logSoftmax.Average());
            for (int c = 0; c < Classes; c++)
            {
                double slope = ((1 - smoothing) * (Math.Exp(logSoftmax[c]) - (c == labels[n] ? 1 : 0))) + (smoothing * (Math.Exp(logSoftmax[c]) - (1.0 / Classes)));
                Assert.Equal(slope / labels.Length, gradient[(n * Stride) + c], 1e-8);
            }
        }

        Assert.Equal(expected, lossSum, 1e-9);
        Assert.Equal(_loss.Total(logits, Classes, Stride, labels, labels.Length, gradient: []).Correct, correct);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    [InlineData(0.75)]
    public void Losses_and_gradients_of_probabilities_are_the_definition(double smoothing)
    {
        (float[] logits, int[] labels) = Batch(seed: 9, samples: 30);
        float[] probabilities = Probabilities(seed: 10, labels.Length);
        float[] gradient = Canaries(30);
        (double lossSum, int correct) = new CrossEntropyLoss(smoothing).Total(logits, Classes, Stride, probabilities, labels.Length, gradient);

        double expected = 0;
        int expectedCorrect = 0;
        for (int n = 0; n < labels.Length; n++)
        {
            float[] row = probabilities[(n * Classes)..((n + 1) * Classes)];
            double[] logSoftmax = LogSoftmax(logits.AsSpan(n * Stride, Classes));
            expected += ((1 - smoothing) * -row.Zip(logSoftmax, (p, log) => p * log).Sum()) + (smoothing * -logSoftmax.Average());
            expectedCorrect += Array.IndexOf(row, row.Max()) == Array.IndexOf(logSoftmax, logSoftmax.Max()) ? 1 : 0;
            for (int c = 0; c < Classes; c++)
            {
                double target = ((1 - smoothing) * row[c]) + (smoothing / Classes);
                Assert.Equal((Math.Exp(logSoftmax[c]) - target) / labels.Length, gradient[(n * Stride) + c], 1e-8);
            }
        }

        Assert.Equal(expected, lossSum, 1e-9);
        Assert.Equal(expectedCorrect, correct);
        Assert.InRange(correct, 1, labels.Length - 1);
    }

    [Theory]
    [InlineData(0, 1.0)]
    [InlineData(0.2, 1.0)]
    [InlineData(0, 0.7)]
    [InlineData(0.2, 0.7)]
    public void Gradients_are_central_differences_and_sum_to_zero_whatever_the_probabilities_sum_to(double smoothing, double scale)
    {
        const int Samples = 6;
        const float Step = 1f / 512;
        (float[] logits, int[] labels) = Batch(seed: 11, Samples);
        float[] probabilities = [.. Probabilities(seed: 12, Samples).Select(p => (float)(p * scale))];
        var loss = new CrossEntropyLoss(smoothing);
        AssertGradient(gradient => loss.Total(logits, Classes, Stride, labels, Samples, gradient).LossSum / Samples);
        AssertGradient(gradient => loss.Total(logits, Classes, Stride, probabilities, Samples, gradient).LossSum / Samples);

        void AssertGradient(Func<float[], double> run)
        {
            float[] gradient = Canaries(Samples);
            run(gradient);
            for (int n = 0; n < Samples; n++)
            {
                Assert.Equal(0, gradient.Skip(n * Stride).Take(Classes).Sum(slope => (double)slope), 1e-8);
                for (int c = 0; c < Classes; c++)
                {
                    int i = (n * Stride) + c;
                    float logit = logits[i];
                    logits[i] = logit + Step;
                    double above = logits[i];
                    double lossAbove = run([]);
                    logits[i] = logit - Step;
                    double below = logits[i];
                    double lossBelow = run([]);
                    logits[i] = logit;
                    Assert.Equal((lossAbove - lossBelow) / (above - below), gradient[i], 1e-6);
                }
            }
        }
    }

    [Fact]
    public void Numbers_worked_out_by_hand_come_out()
    {
        // exp of the logits is 1, 2 and 5, so that the probabilities are 1/8, 1/4 and 5/8.
        float[] logits = [0, MathF.Log(2), MathF.Log(5)];
        float[] gradient = new float[3];
        Assert.Equal(Math.Log(4), new CrossEntropyLoss().Total(logits, 3, 3, [1], meanOver: 1, gradient).LossSum, 1e-6);
        AssertClose([0.125, -0.75, 0.625], gradient);

        // The target is 0.1, 0.8, 0.1.
        Assert.Equal((0.1 * Math.Log(8)) + (0.8 * Math.Log(4)) + (0.1 * Math.Log(1.6)), new CrossEntropyLoss(0.3).Total(logits, 3, 3, [1], meanOver: 1, gradient).LossSum, 1e-6);
        AssertClose([0.025, -0.55, 0.525], gradient);

        // The target is 0.25, 0, 0.75 and, smoothed by 0.3, 0.275, 0.1, 0.625; of two samples the mean halves the gradient.
        float[] target = [0.25f, 0, 0.75f];
        Assert.Equal((0.25 * Math.Log(8)) + (0.75 * Math.Log(1.6)), new CrossEntropyLoss().Total(logits, 3, 3, target, meanOver: 2, gradient).LossSum, 1e-6);
        AssertClose([-0.0625, 0.125, -0.0625], gradient);
        Assert.Equal((0.275 * Math.Log(8)) + (0.1 * Math.Log(4)) + (0.625 * Math.Log(1.6)), new CrossEntropyLoss(0.3).Total(logits, 3, 3, target, meanOver: 2, gradient).LossSum, 1e-6);
        AssertClose([-0.075, 0.075, 0], gradient);

        static void AssertClose(double[] expected, float[] actual) => Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-7));
    }

    [Fact]
    public void Probabilities_of_one_class_are_that_class()
    {
        (float[] logits, int[] labels) = Batch(seed: 13, samples: 20);
        float[] probabilities = [.. labels.SelectMany(label => Enumerable.Range(0, Classes).Select(c => c == label ? 1f : 0))];
        float[] ofLabels = Canaries(20);
        float[] ofProbabilities = Canaries(20);
        foreach (double smoothing in new[] { 0, 0.1 })
        {
            var loss = new CrossEntropyLoss(smoothing);
            Assert.Equal(
                loss.Total(logits, Classes, Stride, labels, labels.Length, ofLabels),
                loss.Total(logits, Classes, Stride, probabilities, labels.Length, ofProbabilities));
            Exactly.AssertEqual("gradient", ofProbabilities, ofLabels);
        }
    }

    [Fact]
    public void Without_smoothing_all_bits_are_those_of_the_plain_formula()
    {
        for (ulong seed = 100; seed < 120; seed++)
        {
            (float[] logits, int[] labels) = Batch(seed, samples: 25);

            // One class that cannot be, one sample that is sure.
            logits[0] = float.NegativeInfinity;
            labels[0] = 1;
            logits[Stride + labels[1]] = 1e6f;
            float[] gradient = Canaries(25);
            (double lossSum, int correct) = _loss.Total(logits, Classes, Stride, labels, labels.Length, gradient);

            double expectedSum = 0;
            int expectedCorrect = 0;
            for (int n = 0; n < labels.Length; n++)
            {
                float[] z = logits[(n * Stride)..((n * Stride) + Classes)];
                float max = z.Max();
                double sum = 0;
                foreach (float logit in z)
                {
                    sum += Math.Exp((double)logit - max);
                }

                expectedSum += Math.Log(sum) + max - z[labels[n]];
                expectedCorrect += Array.IndexOf(z, max) == labels[n] ? 1 : 0;
                for (int c = 0; c < Classes; c++)
                {
                    float expected = (float)(((Math.Exp((double)z[c] - max) / sum) - (c == labels[n] ? 1 : 0)) / labels.Length);
                    Assert.Equal(BitConverter.SingleToUInt32Bits(expected), BitConverter.SingleToUInt32Bits(gradient[(n * Stride) + c]));
                }
            }

            Assert.Equal(BitConverter.DoubleToUInt64Bits(expectedSum), BitConverter.DoubleToUInt64Bits(lossSum));
            Assert.Equal(expectedCorrect, correct);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    public void Parts_of_a_batch_make_the_gradient_of_the_whole(double smoothing)
    {
        const int Samples = 7;
        const int First = 3;
        (float[] logits, int[] labels) = Batch(seed: 14, Samples);
        float[] probabilities = Probabilities(seed: 15, Samples);
        var loss = new CrossEntropyLoss(smoothing);
        float[] whole = Canaries(Samples);
        float[] parts = Canaries(Samples);

        (double wholeSum, int wholeCorrect) = loss.Total(logits, Classes, Stride, labels, Samples, whole);
        (double firstSum, int firstCorrect) = loss.Total(logits, Classes, Stride, labels.AsSpan(0, First), Samples, parts);
        (double restSum, int restCorrect) = loss.Total(logits.AsSpan(First * Stride), Classes, Stride, labels.AsSpan(First), Samples, parts.AsSpan(First * Stride));
        Exactly.AssertEqual("gradient", parts, whole);
        Assert.Equal(wholeSum, firstSum + restSum, 1e-12);
        Assert.Equal(wholeCorrect, firstCorrect + restCorrect);

        loss.Total(logits, Classes, Stride, probabilities, Samples, whole);
        loss.Total(logits, Classes, Stride, probabilities.AsSpan(0, First * Classes), Samples, parts);
        loss.Total(logits.AsSpan(First * Stride), Classes, Stride, probabilities.AsSpan(First * Classes), Samples, parts.AsSpan(First * Stride));
        Exactly.AssertEqual("gradient", parts, whole);
    }

    [Fact]
    public void The_first_of_equal_probabilities_is_the_right_class()
    {
        float[] target = [0, 0.5f, 0.5f, 0];
        Assert.Equal(1, _loss.Total([1, 7, 7, 2], classes: 4, stride: 4, target, meanOver: 1, gradient: []).Correct);
        Assert.Equal(1, _loss.Total([1, 7, 6, 2], classes: 4, stride: 4, target, meanOver: 1, gradient: []).Correct);
        Assert.Equal(0, _loss.Total([1, 6, 7, 2], classes: 4, stride: 4, target, meanOver: 1, gradient: []).Correct);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Smoothing_out_of_range_is_refused(double smoothing)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new CrossEntropyLoss(smoothing));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CrossEntropyLoss { LabelSmoothing = smoothing });
        Assert.Throws<ArgumentOutOfRangeException>(() => _loss with { LabelSmoothing = smoothing });
    }

    [Fact]
    public void Numbers_of_samples_or_classes_that_cannot_be_are_refused()
    {
        float[] three = [1, 2, 3];
        Assert.Throws<ArgumentOutOfRangeException>(() => _loss.Total(three, classes: 3, stride: 3, [0], meanOver: 0, gradient: []));
        Assert.Throws<ArgumentOutOfRangeException>(() => _loss.Total(three, classes: 3, stride: 3, three, meanOver: 0, gradient: []));
        Assert.Throws<ArgumentOutOfRangeException>(() => _loss.Total(three, classes: 0, stride: 3, [0], meanOver: 1, gradient: []));
        Assert.Throws<ArgumentOutOfRangeException>(() => _loss.Run(three.AsSpan2D(1, 3), three, meanOver: 1, gradient: default, losses: []));
        Assert.Throws<ArgumentException>(() => _loss.Run(three.AsSpan2D(3, 1), [0, 0], gradient: default));
        Assert.Throws<ArgumentException>(() => _loss.Run(three.AsSpan2D(1, 3), [0], new Span2D<float>(new float[6], 2, 3)));
        Assert.Throws<ArgumentException>(() => _loss.Run(three.AsSpan2D(1, 3), new float[6], gradient: default));
        Assert.Throws<ArgumentException>(() => _loss.Total(three, classes: 2, stride: 2, three, meanOver: 1, gradient: []));
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        (float[] logits, int[] labels) = Batch(seed: 16, samples: 5);
        float[] probabilities = Probabilities(seed: 17, samples: 5);
        float[] gradient = Canaries(5);

        // What the runtime allocates while it compiles better code of something is not the loss's: one quiet series is enough.
        long least = Enumerable.Range(0, 5).Min(_ =>
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 10; i++)
            {
                _loss.Run(logits.AsSpan2D(0, 5, Classes, Stride - Classes), labels, new Span2D<float>(gradient, 0, 5, Classes, Stride - Classes));
                _loss.Run(logits.AsSpan2D(0, 5, Classes, Stride - Classes), probabilities, new Span2D<float>(gradient, 0, 5, Classes, Stride - Classes));
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        });
        Assert.Equal(0, least);
    }

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

    /// <summary>Probabilities of a batch, those of a sample summing to 1 as floats can, some of them 0.</summary>
    private static float[] Probabilities(ulong seed, int samples)
    {
        var random = new RandomValues(seed, absolute: true);
        return [.. Enumerable.Range(0, samples).SelectMany(_ =>
        {
            float[] weights = random.Next(Classes);
            weights[0] = 0;
            return weights.Select(weight => weight / weights.Sum());
        })];
    }

    private static double[] LogSoftmax(ReadOnlySpan<float> logits)
    {
        double[] z = [.. logits.ToArray().Select(logit => (double)logit)];
        return [.. z.Select(logit => logit - Math.Log(z.Sum(Math.Exp)))];
    }

    private static float[] Canaries(int samples) => [.. Enumerable.Repeat(GuardedMemory.Canary, samples * Stride)];
}
