namespace CifarFast.Benchmarks.TorchSharp.Checks;

/// <summary>How far numbers are from what they should be, relative to the largest one of their tensor; NaN where one is NaN.</summary>
internal static class RelativeError
{
    /// <summary>
    /// Rounding that weights cannot be without: each step writes them in single precision, up to twice where they decay, with errors of up to half
    /// a unit in the last place.
    /// </summary>
    private const double RoundingOfStep = 2 / (double)(1 << 24);

    /// <summary>The largest error of a tensor.</summary>
    public static double Of(double[] values, double[] truth) => Share(Largest(values, truth), Largest(truth));

    /// <summary>The largest error of what steps made of a tensor, beyond rounding, relative to the largest change that they should have made.</summary>
    public static double OfChange(double[] values, double[] truth, double[] before, int steps)
    {
        double rounding = steps * RoundingOfStep * Math.Max(Largest(truth), Largest(before));
        return Share(Math.Max(0, Largest(values, truth) - rounding), Largest(truth, before));
    }

    private static double Share(double error, double scale) => error == 0 ? 0 : error / scale;

    private static double Largest(double[] values) => Largest(values, new double[values.Length]);

    private static double Largest(double[] values, double[] others) =>
        values.Length == others.Length
            ? values.Zip(others, (value, other) => Math.Abs(value - other)).Aggregate(0d, Math.Max)
            : throw new InvalidOperationException($"there are {values.Length} numbers on one side, but {others.Length} on the other");
}
