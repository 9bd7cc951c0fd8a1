namespace CifarFast.Benchmarks.Reports;

/// <summary>A kernel under the roof: what it has to do, and how long that takes.</summary>
/// <param name="Name">The layer.</param>
/// <param name="Pass">Which pass of it.</param>
/// <param name="Kind">What it is drawn as.</param>
/// <param name="Flops">Floating-point operations.</param>
/// <param name="Bytes">Bytes that it moves at least.</param>
/// <param name="Contestant">It itself.</param>
internal sealed record RooflineKernel(string Name, string Pass, RooflineKind Kind, double Flops, double Bytes, Contestant Contestant)
{
    /// <summary>Floating-point operations for each byte, the arithmetic intensity.</summary>
    public double Intensity => Flops / Bytes;

    /// <summary>Floating-point operations a second.</summary>
    public double Rate => Flops / Contestant.Seconds;

    /// <summary>Bytes a second, if it moves no more than it has to.</summary>
    public double Bandwidth => Bytes / Contestant.Seconds;

    /// <summary>Whether it computes the gradients.</summary>
    public bool IsBackward => Pass.Contains("gradient", StringComparison.Ordinal) || Pass == "backward";
}
