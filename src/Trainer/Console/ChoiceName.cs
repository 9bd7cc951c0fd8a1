using System.Text.Json;

namespace CifarFast.Trainer.Console;

/// <summary>The name of a choice as a person types and reads it: <c>train-loss</c>.</summary>
internal static class ChoiceName
{
    /// <summary>The name of <paramref name="choice"/>.</summary>
    public static string Of(Enum choice) => JsonNamingPolicy.KebabCaseLower.ConvertName(choice.ToString());
}
