using CifarFast.Engine.Data;
using CifarFast.Engine.Diagnostics;
using CifarFast.Engine.Simd;

namespace CifarFast.Trainer.Runs;

/// <summary>What <c>info</c> says: of this program, this machine, and what is there to work with.</summary>
internal sealed record InfoSummary
{
    public required string ProgramVersion { get; init; }

    public required Machine Machine { get; init; }

    /// <summary>The instructions that are used where no option says others, or null where <see cref="SimdTrouble"/> keeps from it.</summary>
    public required SimdTier? Simd { get; init; }

    /// <summary>What <c>$CIFARFAST_SIMD</c> says, or null.</summary>
    public required string? SimdOfEnvironment { get; init; }

    /// <summary>What is wrong with that, or null.</summary>
    public required string? SimdTrouble { get; init; }

    /// <summary>What each tier of this machine reaches.</summary>
    public required IReadOnlyList<PeakFigures> Peaks { get; init; }

    public required DatasetLocation Data { get; init; }

    /// <summary>The directory of the runs.</summary>
    public required string RunsPath { get; init; }

    public required int Runs { get; init; }

    /// <summary>Looks at everything, and measures for part of a second.</summary>
    /// <param name="data">Where CIFAR-10 is said to be, or null.</param>
    /// <param name="cancellation">Ends it between two measurements.</param>
    /// <exception cref="OperationCanceledException">Cancellation was asked for.</exception>
    public static InfoSummary Collect(string? data, CancellationToken cancellation)
    {
        SimdTier? simd = null;
        string? trouble = null;
        try
        {
            simd = SimdTiers.Resolve(requested: null);
        }
        catch (SimdTierException error)
        {
            trouble = error.Message;
        }

        var machine = Machine.Current();
        return new InfoSummary
        {
            ProgramVersion = RunConfig.ThisProgramVersion,
            Machine = machine,
            Simd = simd,
            SimdOfEnvironment = Environment.GetEnvironmentVariable(SimdTiers.EnvironmentVariable) is { Length: > 0 } said ? said : null,
            SimdTrouble = trouble,
            Peaks = [.. SimdTiers.Supported.Select(tier => Measure(tier, machine.LogicalProcessors, cancellation))],
            Data = DatasetLoader.Locate(data),
            RunsPath = Path.GetFullPath(RunFolder.Parent),
            Runs = RunFolder.Count(),
        };
    }

    /// <summary>Writes it down.</summary>
    /// <exception cref="IOException">The stream cannot be written to.</exception>
    public void Write(Stream stream) => RunJson.Write(stream, this, RunJson.Readable.InfoSummary);

    private static PeakFigures Measure(SimdTier tier, int threads, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        double one = FmaPeak.Measure(tier, threads: 1) / 1e9;
        return new PeakFigures(tier, one, threads == 1 ? one : FmaPeak.Measure(tier, threads) / 1e9);
    }
}
