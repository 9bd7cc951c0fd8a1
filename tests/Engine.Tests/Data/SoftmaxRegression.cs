using System.Numerics;
using System.Runtime.InteropServices;
using CifarFast.Engine.Data;
using CifarFast.Engine.Randomness;

namespace CifarFast.Engine.Tests.Data;

/// <summary>A linear classifier on raw pixels, trained by stochastic gradient descent: how far one gets without seeing shapes.</summary>
public sealed class SoftmaxRegression
{
    private const int Classes = 10;

    private readonly float[][] _weights;
    private readonly float[] _biases = new float[Classes];
    private readonly float[] _input;
    private readonly float[] _scores = new float[Classes];

    public SoftmaxRegression(ImageSet images, int epochs, float rate)
    {
        int size = images.Channels * images.Height * images.Width;
        _input = new float[size];
        _weights = [.. Enumerable.Range(0, Classes).Select(_ => new float[size])];
        int[] order = [.. Enumerable.Range(0, images.Count)];
        var random = new Xoshiro256(1);
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            random.Shuffle<int>(order);
            foreach (int index in order)
            {
                // The rate falls to nothing, so that the last images do not count for more than the first.
                Learn(images, index, rate * (epochs - epoch) / epochs);
            }
        }
    }

    public double Accuracy(ImageSet images)
    {
        int right = 0;
        for (int i = 0; i < images.Count; i++)
        {
            Score(images, i);
            right += Array.IndexOf(_scores, _scores.Max()) == images.Labels[i] ? 1 : 0;
        }

        return (double)right / images.Count;
    }

    private void Learn(ImageSet images, int index, float rate)
    {
        Score(images, index);
        float highest = _scores.Max();
        float sum = _scores.Sum(score => MathF.Exp(score - highest));
        for (int c = 0; c < Classes; c++)
        {
            float step = rate * ((c == images.Labels[index] ? 1 : 0) - (MathF.Exp(_scores[c] - highest) / sum));
            _biases[c] += step;
            Span<Vector<float>> weights = MemoryMarshal.Cast<float, Vector<float>>(_weights[c].AsSpan());
            ReadOnlySpan<Vector<float>> input = MemoryMarshal.Cast<float, Vector<float>>(_input);
            for (int i = 0; i < weights.Length; i++)
            {
                weights[i] += input[i] * step;
            }
        }
    }

    private void Score(ImageSet images, int index)
    {
        ReadOnlySpan<byte> pixels = images.Pixels(index);
        for (int i = 0; i < pixels.Length; i++)
        {
            _input[i] = (pixels[i] / 255f) - 0.5f;
        }

        ReadOnlySpan<Vector<float>> input = MemoryMarshal.Cast<float, Vector<float>>(_input);
        for (int c = 0; c < Classes; c++)
        {
            ReadOnlySpan<Vector<float>> weights = MemoryMarshal.Cast<float, Vector<float>>(_weights[c]);
            Vector<float> sum = Vector<float>.Zero;
            for (int i = 0; i < weights.Length; i++)
            {
                sum += weights[i] * input[i];
            }

            _scores[c] = Vector.Sum(sum) + _biases[c];
        }
    }
}
