using System.Globalization;

namespace CifarFast.Trainer.Console;

/// <summary>A number with its noun.</summary>
internal static class Quantity
{
    /// <summary>As <c>1 epoch</c> or <c>20 epochs</c>.</summary>
    public static string Of(long count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");
}
