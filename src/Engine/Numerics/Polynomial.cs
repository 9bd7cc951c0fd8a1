namespace CifarFast.Engine.Numerics;

/// <summary>Polynomials by Horner's rule.</summary>
internal static class Polynomial
{
    /// <summary>The polynomial of the given coefficients, constant first, with one fused multiply-add for each further one.</summary>
    public static double Evaluate(double x, ReadOnlySpan<double> coefficients)
    {
        double sum = coefficients[^1];
        for (int i = coefficients.Length - 2; i >= 0; i--)
        {
            sum = Math.FusedMultiplyAdd(sum, x, coefficients[i]);
        }

        return sum;
    }
}
