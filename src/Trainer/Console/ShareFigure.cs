using System.Globalization;

namespace CifarFast.Trainer.Console;

/// <summary>A share as people read it.</summary>
internal static class ShareFigure
{
    /// <summary>As <c>61.52%</c>; what is not known, as of epochs that another program trained, is a dash.</summary>
    public static string Format(double share) =>
        double.IsNaN(share) ? "-" : string.Create(CultureInfo.InvariantCulture, $"{share * 100:F2}%");
}
