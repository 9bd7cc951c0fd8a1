namespace CifarFast.Engine.Losses;

/// <summary>What the probabilities of the classes should be, sample by sample.</summary>
internal interface ITargets
{
    /// <summary>How many samples there are.</summary>
    int Count { get; }

    /// <summary>What the probability of class <paramref name="c"/> of sample <paramref name="n"/> should be.</summary>
    double this[int n, int c] { get; }

    /// <summary>The class that sample <paramref name="n"/> should be taken for.</summary>
    int Class(int n);
}
