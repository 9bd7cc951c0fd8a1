namespace CifarFast.Engine.Execution;

/// <summary>What a node reads.</summary>
/// <param name="Value">The value.</param>
/// <param name="Gradient">
/// Where the node writes the gradient with respect to it: the value's own, or, where another reader has written that by then, a buffer from
/// which it is added to the value's; null where the gradient is not wanted.
/// </param>
internal sealed record NodeInput(Value Value, SampleBuffer? Gradient)
{
    /// <summary>Whether the gradient has to be added to the value's.</summary>
    public bool IsPart => Gradient is not null && Gradient != Value.Gradient;
}
