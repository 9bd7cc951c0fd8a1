using System.Text.Json.Serialization;

namespace CifarFast.Engine.Nn;

/// <summary>How modules are written. A text nested deeper than <c>MaxDepth</c> (two levels a module) is none of a network.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    AllowOutOfOrderMetadataProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    MaxDepth = 64,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ArchitectureRecord))]
internal sealed partial class ModuleJson : JsonSerializerContext;
