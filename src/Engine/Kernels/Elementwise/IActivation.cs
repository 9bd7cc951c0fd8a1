namespace CifarFast.Engine.Kernels.Elementwise;

/// <summary>
/// A function of one element, as an activation is: what becomes of an input, and, of the value that the backward pass reads (its layer
/// says which, input or output) and the gradient of the output, the gradient of the input. That of zero must be zero, so that borders of zeros
/// stay such.
/// </summary>
internal interface IActivation : IUnaryOperation, IBinaryOperation
{
}
