namespace CifarFast.Engine.Losses;

/// <summary>A probability for each class of a sample, a part of which smoothing spreads evenly over all.</summary>
/// <param name="probabilities">Sample after sample, one for each class.</param>
/// <param name="classes">How many classes there are.</param>
/// <param name="smoothing">The part that is spread.</param>
internal readonly ref struct ProbabilityTargets(ReadOnlySpan<float> probabilities, int classes, double smoothing) : ITargets
{
    private readonly ReadOnlySpan<float> _probabilities = probabilities;

    /// <inheritdoc/>
    public int Count => _probabilities.Length / classes;

    /// <inheritdoc/>
    public double this[int n, int c] => ((1 - smoothing) * _probabilities[(n * classes) + c]) + (smoothing / classes);

    /// <summary>The most probable class of sample <paramref name="n"/>, the first of equals.</summary>
    public int Class(int n) => SoftmaxCrossEntropy.Largest(_probabilities.Slice(n * classes, classes));
}
