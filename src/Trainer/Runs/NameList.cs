namespace CifarFast.Trainer.Runs;

/// <summary>Many names in a message of one line.</summary>
internal static class NameList
{
    /// <summary>Names that are told one by one before the others are counted.</summary>
    public const int Told = 5;

    /// <summary>The first names, and how many more there are.</summary>
    public static string Of(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return string.Join(", ", all.Take(Told)) + (all.Length > Told ? $" and {all.Length - Told:N0} more" : "");
    }
}
