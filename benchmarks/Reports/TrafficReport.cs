using CifarFast.Engine.Data;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Training;

namespace CifarFast.Benchmarks.Reports;

/// <summary>What a training step of each recipe moves at least, against what it had to move and the time that memory takes for it.</summary>
internal static class TrafficReport
{
    private const int UsualRounds = 3;

    public static Markdown Write(Measurement measurement)
    {
        int rounds = measurement.Rounds(UsualRounds);
        var execution = new ExecutionOptions();
        var triad = new Triad(execution);
        ImageDataset images = SyntheticImages.Create(seed: 1, train: RecipeCatalog.All.Max(recipe => recipe.BatchSize), test: 10);
        Markdown report = new Markdown()
            .Line($"{Markdown.Provenance} {execution.Tier.Name()}, {execution.Threads} threads, median of {rounds} rounds in which each step and the memory's bandwidth take turns; images are not transformed.")
            .Table("recipe", "batch:", "kept, MB:", "forward, MB:", "backward, MB:", "update, MB:", "in all, MB:", "at least, MB:", "times the least:", "memory, GB/s:", "moved in, ms:", "a step, ms:", "of the step:");
        foreach (Recipe recipe in RecipeCatalog.All)
        {
            measurement.Show($"{recipe.Name}, preparing");

            // Not disposed of: its buffers should not wait in a pool for another network of this batch.
            var network = new Network(recipe.Network(images.Train.Shape, images.ClassNames.Count), execution, recipe.BatchSize, seed: 1);
            var step = new TrainingStep(network, recipe);
            var batch = new Batch(images.Train.Take(recipe.BatchSize));
            var position = new RunPosition(Step: 1, Steps: 1000, StepsOfEpoch: 100);
            Contestant steps = new("step", () => step.Run(batch, position)), memory = new("triad", triad.Run);
            measurement.Compete([memory, steps], rounds, warmUpSeconds: 0.5, recipe.Name);

            var traffic = Traffic.Of(network, recipe.Optimizer);
            double bandwidth = Triad.Bytes / memory.Seconds;
            double moved = sizeof(float) * traffic.Floats / bandwidth;
            static string Megabytes(long floats) => FormattableString.Invariant($"{sizeof(float) * floats / 1e6:F1}");
            report.Line($"| `{recipe.Name}` | {recipe.BatchSize} | {Megabytes(traffic.Kept)} | {Megabytes(traffic.Forward)} | {Megabytes(traffic.Backward)} | {Megabytes(traffic.Update)} | {Megabytes(traffic.Floats)} | {Megabytes(traffic.LeastFloats)} | {(double)traffic.Floats / traffic.LeastFloats:F2} | {bandwidth / 1e9:F1} | {moved * 1e3:F1} | {steps.Seconds * 1e3:F1} | {moved / steps.Seconds:P0} |");
        }

        return report;
    }
}
