using CifarFast.Engine.Simd;

namespace CifarFast.Trainer.Runs;

/// <summary>What the cores can do at most, in billions of floating-point operations a second.</summary>
/// <param name="Tier">With which instructions.</param>
/// <param name="OneThread">One of them.</param>
/// <param name="AllThreads">All at once.</param>
internal sealed record PeakFigures(SimdTier Tier, double OneThread, double AllThreads);
