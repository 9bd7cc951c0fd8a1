using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Linear;

/// <summary>The sizes of a linear layer over a batch, and how its samples lie in memory.</summary>
/// <param name="Input">A sample of the input, without a border; its gradient lies the same way.</param>
/// <param name="Output">A sample of the output, without a border; its gradient lies the same way.</param>
/// <param name="MaxSamples">The largest batch.</param>
internal sealed record LinearGeometry(SampleLayout Input, SampleLayout Output, int MaxSamples)
{
    /// <summary>Features of the input.</summary>
    public int Inputs => Input.Features;

    /// <summary>Features of the output.</summary>
    public int Outputs => Output.Features;
}
