using CifarFast.Engine.Kernels.Reduction;
using CifarFast.Engine.Losses;
using CifarFast.Engine.Numerics;
using CommunityToolkit.HighPerformance;

namespace CifarFast.Engine.Evaluation;

/// <summary>What a network says of images: a logit for each class of each image.</summary>
public sealed class Predictions
{
    private static readonly CrossEntropyLoss _loss = new();

    private readonly float[] _logits;

    /// <summary>Wraps logits; nothing is copied.</summary>
    /// <param name="logits">Image after image, <paramref name="classes"/> each.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <exception cref="ArgumentException">The logits are not those of whole images.</exception>
    public Predictions(float[] logits, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        if (logits.Length % classes != 0)
        {
            throw new ArgumentException($"logits of whole images come in multiples of {classes}, not {logits.Length}", nameof(logits));
        }

        _logits = logits;
        Classes = classes;
    }

    /// <summary>How many classes there are.</summary>
    public int Classes { get; }

    /// <summary>How many images there are.</summary>
    public int Count => _logits.Length / Classes;

    /// <summary>Whether all logits are finite: what is not tells nothing.</summary>
    public bool IsFinite => Finite.All(_logits);

    /// <summary>The logits of image <paramref name="index"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    public ReadOnlySpan<float> Logits(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return _logits.AsSpan(index * Classes, Classes);
    }

    /// <summary>The probabilities of image <paramref name="index"/>: the softmax of its logits.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    public double[] Probabilities(int index)
    {
        ReadOnlySpan<float> logits = Logits(index);
        float largest = logits[Class(index)];
        double[] probabilities = new double[Classes];
        double sum = 0;
        for (int c = 0; c < Classes; c++)
        {
            probabilities[c] = Exponential.Exp((double)logits[c] - largest);
            sum += probabilities[c];
        }

        for (int c = 0; c < Classes; c++)
        {
            probabilities[c] /= sum;
        }

        return probabilities;
    }

    /// <summary>The class that image <paramref name="index"/> is taken for: that of its largest logit, the first of equals.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    public int Class(int index)
    {
        ReadOnlySpan<float> logits = Logits(index);
        int largest = 0;
        for (int c = 1; c < logits.Length; c++)
        {
            largest = logits[c] > logits[largest] ? c : largest;
        }

        return largest;
    }

    /// <summary>How many classes image <paramref name="index"/> is rather taken for than for <paramref name="label"/>; 0 where it is classified correctly.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image or class.</exception>
    public int Rank(int index, int label)
    {
        ReadOnlySpan<float> logits = Logits(index);
        ArgumentOutOfRangeException.ThrowIfNegative(label);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(label, Classes);
        int rank = 0;
        for (int c = 0; c < logits.Length; c++)
        {
            // Of equals the first goes before, as in Class; what is no number is never behind, so that a network whose logits are
            // none gets nothing right.
            bool isBehind = logits[c] < logits[label] || (logits[c] == logits[label] && c > label);
            rank += c != label && !isBehind ? 1 : 0;
        }

        return rank;
    }

    /// <summary>The cross-entropy of image <paramref name="index"/>: minus the logarithm of the probability of <paramref name="label"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image or class.</exception>
    public double Loss(int index, int label)
    {
        ReadOnlySpan<float> logits = Logits(index);
        ArgumentOutOfRangeException.ThrowIfNegative(label);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(label, Classes);
        return _loss.Run(logits.AsSpan2D(1, Classes), [label], gradient: default).Sum;
    }

    /// <summary>The mean cross-entropy of the images, whose classes are <paramref name="labels"/>.</summary>
    internal double MeanLoss(ReadOnlySpan<int> labels) => _loss.Run(new ReadOnlySpan2D<float>(_logits, Count, Classes), labels, gradient: default).Mean;

    /// <summary>The share of the images, whose classes are <paramref name="labels"/>, that is classified so that fewer than <paramref name="top"/> classes go before theirs.</summary>
    internal double Accuracy(ReadOnlySpan<int> labels, int top = 1)
    {
        int correct = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            correct += Rank(i, labels[i]) < top ? 1 : 0;
        }

        return (double)correct / labels.Length;
    }
}
