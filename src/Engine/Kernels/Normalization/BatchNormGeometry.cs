using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Normalization;

/// <summary>How what a batch normalisation reads and writes of a sample lies in memory; all four have the same channels, rows and columns.</summary>
/// <param name="Input">The sample.</param>
/// <param name="Output">What becomes of it.</param>
/// <param name="OutputGradient">The gradient with respect to the output.</param>
/// <param name="InputGradient">That with respect to the input.</param>
internal sealed record BatchNormGeometry(SampleLayout Input, SampleLayout Output, SampleLayout OutputGradient, SampleLayout InputGradient)
{
    /// <summary>Channels, each normalised by numbers of its own.</summary>
    public int Channels => Input.Channels;

    /// <summary>Values of a channel that a sample has.</summary>
    public int Pixels => Input.Height * Input.Width;
}
