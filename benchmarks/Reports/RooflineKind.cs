namespace CifarFast.Benchmarks.Reports;

/// <summary>What a kernel is drawn as.</summary>
internal enum RooflineKind
{
    Winograd,
    DirectConvolution,
    Linear,
    Normalization,
    Activation,
    Pooling,
    Optimizer,
}
