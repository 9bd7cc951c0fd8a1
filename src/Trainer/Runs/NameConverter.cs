using System.Text.Json;
using System.Text.Json.Serialization;

namespace CifarFast.Trainer.Runs;

/// <summary>Writes choices by their names, as <c>train_loss</c>.</summary>
internal sealed class NameConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
