using System.Text.Json.Serialization;

namespace CifarFast.Engine.Inference;

/// <summary>Reads JSON in the metadata of weights.</summary>
[JsonSerializable(typeof(string[]))]
internal sealed partial class InferenceJson : JsonSerializerContext;
