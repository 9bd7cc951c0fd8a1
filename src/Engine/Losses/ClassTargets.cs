namespace CifarFast.Engine.Losses;

/// <summary>All probability of a sample at one class, but for what smoothing spreads evenly over all.</summary>
/// <param name="labels">The class of each sample.</param>
/// <param name="classes">How many classes there are.</param>
/// <param name="smoothing">The part that is spread.</param>
internal readonly ref struct ClassTargets(ReadOnlySpan<int> labels, int classes, double smoothing) : ITargets
{
    private readonly ReadOnlySpan<int> _labels = labels;

    /// <inheritdoc/>
    public int Count => _labels.Length;

    /// <summary>Without smoothing exactly 1 or 0.</summary>
    public double this[int n, int c] => ((1 - smoothing) * (c == _labels[n] ? 1 : 0)) + (smoothing / classes);

    /// <inheritdoc/>
    public int Class(int n) => _labels[n];
}
