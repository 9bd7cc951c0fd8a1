using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Execution;

/// <summary>What flows between nodes. What a node in place reads and what it writes have the same activations, and the same gradients unless it leaves values as they are.</summary>
/// <param name="Activation">Where it is kept.</param>
/// <param name="Gradient">Its gradient; where it has several readers, the sum of what they contribute.</param>
internal sealed record Value(SampleBuffer Activation, SampleBuffer Gradient)
{
    /// <summary>How a sample lies.</summary>
    public SampleLayout Layout => Activation.Layout;

    /// <summary>A sample of a batch that is kept.</summary>
    public Span<float> Sample(int index) => Activation.Sample(index);
}
