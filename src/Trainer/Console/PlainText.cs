namespace CifarFast.Trainer.Console;

/// <summary>Texts that come from outside, such as the names of files: they may hold what a terminal would obey, or a line's end.</summary>
internal static class PlainText
{
    /// <summary>The text with a question mark in place of each control character.</summary>
    public static string Of(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? '?' : letter));

    /// <summary>The text on one line.</summary>
    public static string OneLine(string text) => Of(text.ReplaceLineEndings(" ").Trim());
}
