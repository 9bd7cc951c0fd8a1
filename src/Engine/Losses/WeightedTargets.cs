namespace CifarFast.Engine.Losses;

/// <summary>Targets that count as much as their class does: those of a sample need not sum to 1.</summary>
/// <param name="targets">What the probabilities should be.</param>
/// <param name="weights">What each class counts.</param>
internal readonly ref struct WeightedTargets<TTargets>(TTargets targets, IReadOnlyList<float> weights) : ITargets
    where TTargets : ITargets, allows ref struct
{
    private readonly TTargets _targets = targets;

    /// <inheritdoc/>
    public int Count => _targets.Count;

    /// <inheritdoc/>
    public double this[int n, int c] => weights[c] * _targets[n, c];

    /// <inheritdoc/>
    public int Class(int n) => _targets.Class(n);
}
