using CifarFast.Engine.Training;
using CsvHelper;

namespace CifarFast.Trainer.Runs;

/// <summary>The columns of a run's tables: what is written and what is read back.</summary>
internal static class RunColumns
{
    /// <summary>Those of <c>metrics.csv</c>, a row an epoch.</summary>
    public static readonly (string Name, Func<EpochMetrics, IFormattable> Value)[] Epochs =
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

    /// <summary>Those of <c>batches.csv</c>, a row every <see cref="TrainingState.RowInterval"/> batches.</summary>
    public static readonly (string Name, Func<BatchMetrics, IFormattable> Value)[] Batches =
    [
        ("epoch", row => row.Epoch),
        ("batch", row => row.Batch),
        ("step", row => row.Step),
        ("loss", row => row.Loss),
        ("accuracy", row => row.Accuracy),
        ("images_per_second", row => row.ImagesPerSecond),
        ("learning_rate", row => row.LearningRate),
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

    /// <summary>What is not a number is left empty.</summary>
    private static double Number(CsvReader row, string name) => row.GetField<double?>(name) ?? double.NaN;
}
