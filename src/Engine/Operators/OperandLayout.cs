using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Operators;

/// <summary>How a value that an operator reads or writes lies in memory.</summary>
/// <param name="Values">A sample of it.</param>
/// <param name="Gradient">The gradient of a sample.</param>
internal readonly record struct OperandLayout(SampleLayout Values, SampleLayout Gradient);
