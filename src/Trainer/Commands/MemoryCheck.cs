using CifarFast.Engine.Data;
using CifarFast.Engine.Distributed;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Training;
using CifarFast.Trainer.Console;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Commands;

/// <summary>Whether there is the memory for a run, found out before anything is computed.</summary>
internal static class MemoryCheck
{
    /// <summary>Of the memory there is, the share that a batch is advised for: an estimate may be a few per cent low, and advice should hold.</summary>
    private const double AdvisedShare = 0.95;

    /// <summary>The images of CIFAR-10, of CIFAR-100, and at most those of the synthetic set: 60,000 of 3×32×32 bytes.</summary>
    public const long UsualImageBytes = 60_000L * 3 * 32 * 32;

    /// <summary>What the runtime and the program take beside them, as seen.</summary>
    private const long ProgramBytes = 90L << 20;

    /// <summary>What the images of a set take, and what a network says of those that it is measured with: a number a class.</summary>
    public static long ImageBytes(ImageDataset dataset)
    {
        int validation = dataset.Validation?.Count ?? 0;
        long pixels = ((long)dataset.Train.Count + dataset.Test.Count + validation) * dataset.Train.Shape.Count;
        return pixels + (sizeof(float) * (long)Math.Max(dataset.Test.Count, validation) * dataset.ClassNames.Count);
    }

    /// <summary>Estimates what a run takes.</summary>
    /// <param name="settings">The run.</param>
    /// <param name="architecture">Its network.</param>
    /// <param name="collective">The processes that share it.</param>
    /// <param name="imageBytes">What its images take.</param>
    /// <param name="available">How many bytes there are, by the machine, the limits of this process, and those of the runtime.</param>
    /// <returns>Bytes.</returns>
    /// <exception cref="RunException">There are not as many; the message names the batch that they are enough for.</exception>
    public static long Run(TrainSettings settings, Architecture architecture, ICollective collective, long imageBytes, long available)
    {
        var estimate = new MemoryEstimate(architecture, settings.Execution, settings.Recipe, collective);
        int limit = Math.Min(settings.LimitTrain ?? int.MaxValue, settings.Recipe.BatchSize);
        long bytes = imageBytes + ProgramBytes + estimate.Bytes(limit);
        if (bytes <= available)
        {
            return bytes;
        }

        int batch = estimate.LargestBatch((long)(AdvisedShare * available) - imageBytes - ProgramBytes);
        string advice = batch > 0 ? $"--batch-size {batch} would fit" : "no batch would fit";
        throw new RunException($"batches of {limit} take about {MemoryText.Of(bytes)} of memory, and there are {MemoryText.Of(available)}; {advice}");
    }
}
