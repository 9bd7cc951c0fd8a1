using System.Globalization;

namespace CifarFast.Trainer.Console;

/// <summary>A number with its noun.</summary>
internal static class Quantity
{
    /// <summary>As <c>1 epoch</c> or <c>20 epochs</c>.</summary>
    public static string Of(long count, string noun) => Of(count, noun, noun + "s");

    /// <summary>As <c>1 batch</c> or <c>20 batches</c>.</summary>
    public static string Of(long count, string noun, string plural) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? noun : plural)}");
}
