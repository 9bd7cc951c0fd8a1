using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using CifarFast.Engine.Data;
using CifarFast.Engine.Data.Transforms;
using CifarFast.Engine.Evaluation;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Training;

namespace CifarFast.Trainer.Runs;

/// <summary>How a run's JSON files are written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    AllowOutOfOrderMetadataProperties = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters =
    [
        typeof(FiniteNumberConverter),
        typeof(NameConverter<ClassBalance>),
        typeof(NameConverter<ConvolutionKind>),
        typeof(NameConverter<DatasetKind>),
        typeof(NameConverter<DatasetLabels>),
        typeof(NameConverter<KernelPath>),
        typeof(NameConverter<Metric>),
        typeof(NameConverter<PaddingMode>),
        typeof(NameConverter<PictureFit>),
        typeof(NameConverter<SimdTier>),
        typeof(NameConverter<StopReason>),
        typeof(NameConverter<TestTimeAugmentation>),
    ])]
[JsonSerializable(typeof(RunConfig))]
[JsonSerializable(typeof(RunSummary))]
[JsonSerializable(typeof(EvaluationSummary))]
[JsonSerializable(typeof(InfoSummary))]
[JsonSerializable(typeof(PredictionSummary))]
[JsonSerializable(typeof(ImportedHistory))]
[JsonSerializable(typeof(IReadOnlyList<RecipeSummary>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
internal sealed partial class RunJson : JsonSerializerContext
{
    /// <summary>On one line, for a program.</summary>
    public static RunJson Compact => field ??= Create(indented: false);

    /// <summary>On many, for a person.</summary>
    public static RunJson Readable => field ??= Create(indented: true);

    /// <summary>For a file that a person may have edited: what is not known there is an error.</summary>
    public static RunJson Strict => field ??= new(new JsonSerializerOptions(Default.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow });

    /// <summary>Writes a text that ends as texts do.</summary>
    public static void Write<T>(Stream stream, T value, JsonTypeInfo<T> type)
    {
        JsonSerializer.Serialize(stream, value, type);
        stream.WriteByte((byte)'\n');
    }

    /// <summary>Without escapes for characters that only HTML needs escaped, such as the + of a version.</summary>
    private static RunJson Create(bool indented) => new(new JsonSerializerOptions(Default.Options)
    {
        WriteIndented = indented,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
