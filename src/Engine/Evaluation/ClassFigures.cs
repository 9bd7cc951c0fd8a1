namespace CifarFast.Engine.Evaluation;

/// <summary>How well one class is told from the others. A ratio whose divisor is zero is NaN.</summary>
/// <param name="Name">The class.</param>
/// <param name="Support">Images of the class.</param>
/// <param name="Predicted">Images taken for the class.</param>
/// <param name="Correct">Images of the class taken for it.</param>
public sealed record ClassFigures(string Name, int Support, int Predicted, int Correct)
{
    /// <summary>Of the images taken for the class, the share that is of it; NaN where none was taken for it.</summary>
    public double Precision => (double)Correct / Predicted;

    /// <summary>Of the images of the class, the share taken for it; NaN where there are none.</summary>
    public double Recall => (double)Correct / Support;

    /// <summary>The harmonic mean of precision and recall, <c>2·correct / (support + predicted)</c>; NaN where the class neither is nor is predicted.</summary>
    public double F1 => 2.0 * Correct / (Support + Predicted);
}
