using System.Globalization;
using System.Text.Json;
using CifarFast.Engine.Data;
using CifarFast.Engine.Losses;
using CifarFast.Engine.Training;
using CsvHelper;
using CsvHelper.Configuration;

namespace CifarFast.Trainer.Runs;

/// <summary>What the folder of a run, or of one that is still going on, says of it.</summary>
/// <param name="Path">The folder, as the person named it.</param>
/// <param name="Config">What it was asked to do.</param>
/// <param name="Epochs">A row an epoch.</param>
/// <param name="Batches">A row every few batches.</param>
/// <param name="Summary">Its results, or null where it has not ended, or not by itself.</param>
internal sealed record RunRecord(
    string Path, RunConfig Config, IReadOnlyList<EpochMetrics> Epochs, IReadOnlyList<BatchMetrics> Batches, RunSummary? Summary)
{
    private static readonly CsvConfiguration _format = new(CultureInfo.InvariantCulture);

    /// <summary>The learning rates of the groups of parameters that have a name, at the steps of <see cref="Batches"/>.</summary>
    public required IReadOnlyList<(string Group, long Step, double LearningRate)> GroupRates { get; init; }

    /// <summary>Whether its training loss is plain cross-entropy, which can be compared with that of an evaluation, or of other such runs.</summary>
    public bool HasPlainLoss => Config.Options.Recipe is { MixesImages: false, Balance: ClassBalance.None, Loss: CrossEntropyLoss { LabelSmoothing: 0 } };

    /// <summary>How many times the training set had been gone through after an epoch: its number, but for a last one that is not whole.</summary>
    public double PassesAfter(EpochMetrics epoch)
    {
        int index = Epochs.ToList().IndexOf(epoch);
        if (index <= 0)
        {
            return epoch.Epoch;
        }

        long whole = Epochs.Zip(Epochs.Skip(1), (one, next) => next.Step - one.Step).Max();
        return epoch.Epoch - 1 + ((double)(epoch.Step - Epochs[index - 1].Step) / whole);
    }

    /// <summary>How many images it had been trained on after an epoch, most of them more than once, a batch that was not whole counted as one that is.</summary>
    public double ImagesAfter(EpochMetrics epoch) => (double)epoch.Step * Config.Options.Recipe.BatchSize;

    /// <summary>How many seconds it had taken by the end of an epoch, evaluations included.</summary>
    public double SecondsAfter(EpochMetrics epoch) => Epochs.TakeWhile(one => one.Epoch <= epoch.Epoch).Sum(one => one.Seconds);

    /// <summary>How a person calls the run.</summary>
    public string Name => System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(Path)));

    /// <summary>The best epoch by the run's own metric, or null while there is none.</summary>
    public EpochMetrics? Best
    {
        get
        {
            int best = BestEpochTracker.Of(Config.Options.Recipe, Epochs).BestEpoch;
            return Epochs.FirstOrDefault(epoch => epoch.Epoch == best);
        }
    }

    /// <summary>How the run stands, for a person to read.</summary>
    public string Status => Summary?.Status switch
    {
        StopReason.Completed => "completed",
        StopReason.EarlyStopped => "stopped early",
        StopReason.Stopped => "stopped, can go on",
        StopReason.Diverged => "diverged",
        _ => "not ended yet",
    };

    /// <summary>Reads the run that a person calls <paramref name="name"/>.</summary>
    /// <exception cref="RunException">There is no such run, or a file in its folder is damaged.</exception>
    public static RunRecord Find(string name) => Read(name == RunName.Latest
        ? RunName.FindLatest()
        : RunName.Find(name) ?? throw new RunException($"'{name}' is no run; name a run's folder, or {RunName.Latest}{RunName.Suggest(name)}"));

    /// <summary>Reads the files of a run; while it is going on they are its results so far.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="RunException">The folder is of no run, or a file in it is damaged; the message names it.</exception>
    public static RunRecord Read(string path)
    {
        var paths = new RunPaths(path);
        RunConfig config = ReadJson(paths.Config, RunConfig.Parse)
            ?? throw new RunException($"'{path}' is no run: it has no {System.IO.Path.GetFileName(paths.Config)}; name a run's folder");
        if (config.Options.FindFault() is string fault)
        {
            throw new RunException($"{paths.Config} is damaged: no run can have been begun with {fault}");
        }

        IReadOnlyList<EpochMetrics> epochs = ReadTable(paths.Metrics, RunColumns.Epoch);
        IReadOnlyList<BatchMetrics> batches = ReadTable(paths.Batches, RunColumns.Batch);
        RunSummary? summary = ReadJson(paths.Summary, json => JsonSerializer.Deserialize(json, RunJson.Readable.RunSummary));

        // A run that went on after it had ended, or was stopped, may have left its old summary behind.
        bool isOld = summary is not null && (summary.Epochs < epochs.Count || (batches.Count > 0 && summary.Steps < batches[^1].Step));
        return new RunRecord(path, config, epochs, batches, isOld ? null : summary)
        {
            GroupRates = [.. ReadTable(paths.Batches, RunColumns.GroupRates).SelectMany(rates => rates)],
        };
    }

    private static T? ReadJson<T>(string path, Func<byte[], T?> parse)
        where T : class
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return parse(File.ReadAllBytes(path)) ?? throw new JsonException();
        }
        catch (JsonException error)
        {
            throw new RunException($"{path} is damaged: it is not what this program writes", error);
        }
    }

    private static List<T> ReadTable<T>(string path, Func<CsvReader, T> readRow)
    {
        var rows = new List<T>();
        if (!File.Exists(path))
        {
            return rows;
        }

        // The trainer may be writing the last row just now: what has no end is not there yet.
        string text = ReadShared(path);
        using var reader = new StringReader(text[..(text.LastIndexOf('\n') + 1)]);
        using var csv = new CsvReader(reader, _format);
        try
        {
            if (csv.Read())
            {
                csv.ReadHeader();
            }

            while (csv.Read())
            {
                rows.Add(readRow(csv));
            }
        }
        catch (CsvHelperException error)
        {
            throw new RunException($"{path} is damaged: row {csv.Parser.Row} is not what this program writes", error);
        }

        return rows;
    }

    private static string ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }
}
