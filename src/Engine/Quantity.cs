using System.Globalization;

namespace CifarFast;

/// <summary>A number with its noun.</summary>
internal static class Quantity
{
    /// <summary>As <c>1 epoch</c> or <c>1,200 epochs</c>.</summary>
    public static string Of(long count, string noun) => Of(count, noun, noun + "s");

    /// <summary>As <c>1 batch</c> or <c>1,200 batches</c>.</summary>
    public static string Of(long count, string noun, string plural) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? noun : plural)}");
}
