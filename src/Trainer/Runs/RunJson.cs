using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CifarFast.Trainer.Runs;

/// <summary>How a run's JSON files are written.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    Converters = [typeof(FiniteNumberConverter)])]
[JsonSerializable(typeof(RunSummary))]
internal sealed partial class RunJson : JsonSerializerContext
{
    /// <summary>Without escapes for characters that only HTML needs escaped, such as the + of a version.</summary>
    public static RunJson Readable =>
        new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
