namespace CifarFast.Engine.Losses;

/// <summary>The loss of a batch, and how much of it was classified correctly.</summary>
/// <param name="Sum">The sum of the losses of all samples.</param>
/// <param name="Correct">How many samples had their largest logit (the first of equals) at their class, or at the heavier of two.</param>
/// <param name="Samples">How many samples there were.</param>
public readonly record struct LossResult(double Sum, int Correct, int Samples)
{
    /// <summary>The mean loss of a sample.</summary>
    public double Mean => Sum / Samples;

    /// <summary>The share of samples classified correctly, 0 to 1.</summary>
    public double Accuracy => (double)Correct / Samples;
}
