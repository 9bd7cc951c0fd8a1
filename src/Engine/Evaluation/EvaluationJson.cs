using System.Text.Json.Serialization;

namespace CifarFast.Engine.Evaluation;

/// <summary>Reads JSON in the metadata of weights.</summary>
[JsonSerializable(typeof(string[]))]
internal sealed partial class EvaluationJson : JsonSerializerContext;
