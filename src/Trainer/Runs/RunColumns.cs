using CifarFast.Engine.Optim;
using CifarFast.Engine.Training;
using CsvHelper;

namespace CifarFast.Trainer.Runs;

/// <summary>The columns of a run's tables: what is written and what is read back.</summary>
internal static class RunColumns
{
    private const string OfGroup = "learning_rate.";

    private static readonly (string Name, Func<EpochMetrics, IFormattable> Value)[] _epochs =
    [
        ("epoch", row => row.Epoch),
        ("step", row => row.Step),
        ("train_loss", row => row.TrainLoss),
        ("train_accuracy", row => row.TrainAccuracy),
        ("validation_loss", row => row.ValidationLoss),
        ("validation_accuracy", row => row.ValidationAccuracy),
        ("test_loss", row => row.TestLoss),
        ("test_accuracy", row => row.TestAccuracy),
        ("learning_rate", row => row.LearningRate),
        ("seconds", row => row.Seconds),
        ("train_seconds", row => row.TrainSeconds),
        ("images_per_second", row => row.ImagesPerSecond),
    ];

    private static readonly (string Name, Func<BatchMetrics, IFormattable> Value)[] _batches =
    [
        ("epoch", row => row.Epoch),
        ("batch", row => row.Batch),
        ("step", row => row.Step),
        ("loss", row => row.Loss),
        ("accuracy", row => row.Accuracy),
        ("images_per_second", row => row.ImagesPerSecond),
        ("learning_rate", row => row.LearningRate),
    ];

    /// <summary>
    /// Those of <c>metrics.csv</c>, a row an epoch; with the learning rate of each group of parameters that has a name, and, where weights are
    /// averaged, with a 1 where the figures of evaluations are those of the average; and, where the last epoch is not whole, with how many times the
    /// training set was gone through.
    /// </summary>
    public static (string Name, Func<EpochMetrics, IFormattable> Value)[] Epochs(TrainingSession session) =>
    [
        .. _epochs,
        .. session.Recipe.Optimizer.NamedGroups.Select(group => (Name(group), (Func<EpochMetrics, IFormattable>)(row => session.LearningRateOf(row.Step - 1, group)))),
        .. session.Recipe.Average is WeightAverage average
            ? new (string, Func<EpochMetrics, IFormattable>)[] { ("averaged", row => average.IsModelAfter(session.PositionOf(row.Step - 1)) ? 1 : 0) }
            : [],
        .. decimal.IsInteger(session.Recipe.Epochs)
            ? []
            : new (string, Func<EpochMetrics, IFormattable>)[] { ("passes", row => (double)row.Step / session.PositionOf(row.Step - 1).StepsOfEpoch) },
    ];

    /// <summary>
    /// Those of <c>batches.csv</c>, a row every <see cref="TrainingState.RowInterval"/> batches; with the learning rate of each group of parameters
    /// that has a name.
    /// </summary>
    public static (string Name, Func<BatchMetrics, IFormattable> Value)[] Batches(TrainingSession session) =>
    [
        .. _batches,
        .. session.Recipe.Optimizer.NamedGroups.Select(group => (Name(group), (Func<BatchMetrics, IFormattable>)(row => session.LearningRateOf(row.Step - 1, group)))),
    ];

    /// <summary>Reads a row of <see cref="Epochs"/>.</summary>
    public static EpochMetrics Epoch(CsvReader row) => new(
        row.GetField<int>("epoch"),
        row.GetField<long>("step"),
        Number(row, "train_loss"),
        Number(row, "train_accuracy"),
        Number(row, "validation_loss"),
        Number(row, "validation_accuracy"),
        Number(row, "test_loss"),
        Number(row, "test_accuracy"),
        (float)Number(row, "learning_rate"),
        Number(row, "seconds"),
        Number(row, "train_seconds"),
        Number(row, "images_per_second"));

    /// <summary>Reads a row of <see cref="Batches"/>.</summary>
    public static BatchMetrics Batch(CsvReader row) => new(
        row.GetField<int>("epoch"),
        row.GetField<int>("batch"),
        row.GetField<long>("step"),
        Number(row, "loss"),
        Number(row, "accuracy"),
        Number(row, "images_per_second"),
        (float)Number(row, "learning_rate"));

    /// <summary>Reads the learning rates of named groups in a row of <see cref="Batches"/>.</summary>
    public static IReadOnlyList<(string Group, long Step, double LearningRate)> GroupRates(CsvReader row) =>
    [
        .. from name in row.HeaderRecord
           where name.StartsWith(OfGroup, StringComparison.Ordinal)
           select (name[OfGroup.Length..], row.GetField<long>("step"), Number(row, name)),
    ];

    private static string Name(ParameterGroup group) => OfGroup + group.Name;

    /// <summary>What is not a number is left empty.</summary>
    private static double Number(CsvReader row, string name) => row.GetField<double?>(name) ?? double.NaN;
}
