using System.Globalization;

namespace CifarFast.Trainer.Console;

/// <summary>A loss as people read it.</summary>
internal static class LossFigure
{
    private const double WidestFixed = 10_000;

    /// <summary>With four decimals; one that has grown out of all bounds in powers of ten, as its digits would break every table.</summary>
    public static string Format(double loss) =>
        loss.ToString(double.IsFinite(loss) && loss >= WidestFixed ? "0.00E+0" : "F4", CultureInfo.InvariantCulture);
}
