namespace CifarFast.Benchmarks;

/// <summary>A pass of a <see cref="ConvolutionCase"/>.</summary>
/// <param name="Name">What it computes.</param>
/// <param name="Run">Computes it for all images.</param>
/// <param name="Implementation">What computes it.</param>
internal sealed record ConvolutionPass(string Name, Action Run, Type Implementation)
{
    /// <summary>Whether that is Winograd's algorithm.</summary>
    public bool IsWinograd => Implementation.Name.StartsWith("Winograd", StringComparison.Ordinal);
}
