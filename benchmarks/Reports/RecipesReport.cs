using System.Globalization;
using System.Text.Json;

namespace CifarFast.Benchmarks.Reports;

/// <summary>The table of recipes: what whole runs came to, from their <c>summary.json</c> in docs/results.</summary>
internal static class RecipesReport
{
    private const string Folder = "docs/results";

    public static Markdown Write()
    {
        Markdown report = new Markdown().Table("recipe", "test accuracy:", "with test-time augmentation:", "best epoch's:", "runs:", "epochs:", "minutes:", "machine");
        var runs = Directory.GetFiles(Folder, "*.json").Order(StringComparer.Ordinal).Select(Result.Read).ToList();
        foreach (IGrouping<(string Recipe, decimal Epochs, string Machine), Result> alike in runs.GroupBy(run => (run.Recipe, run.Epochs, run.Machine)))
        {
            string minutes = (alike.Average(run => run.Seconds) / 60).ToString("F1", CultureInfo.InvariantCulture);
            report.Line($"| `{alike.Key.Recipe}` | {alike.Average(run => run.Final):P1} | {(alike.All(run => run.Augmented is not null) ? alike.Average(run => run.Augmented!.Value).ToString("P1", CultureInfo.InvariantCulture) : "")} | {alike.Average(run => run.Best):P1} | {alike.Count()} | {alike.Key.Epochs.ToString(CultureInfo.InvariantCulture)} | {minutes} | {alike.Key.Machine} |");
        }

        return report;
    }

    private sealed record Result(string Recipe, decimal Epochs, double Final, double? Augmented, double Best, double Seconds, string Machine)
    {
        public static Result Read(string path)
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement run = document.RootElement;
            int threads = run.GetProperty("threads").GetInt32();
            string machine = $"{run.GetProperty("processor").GetString()}, {run.GetProperty("simd").GetString()}, {threads} {(threads == 1 ? "thread" : "threads")}";
            return new Result(
                run.GetProperty("recipe").GetString()!,
                run.GetProperty("epochs").GetDecimal(),
                run.GetProperty("final_test_accuracy").GetDouble(),
                run.TryGetProperty("test_time_augmentation_accuracy", out JsonElement augmented) && augmented.ValueKind == JsonValueKind.Number ? augmented.GetDouble() : null,
                run.GetProperty("best_test_accuracy").GetDouble(),
                run.GetProperty("seconds").GetDouble(),
                machine);
        }
    }
}
