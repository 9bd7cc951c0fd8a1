using CifarFast.Engine.Operators;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Nn;

/// <summary>max(x, 0) of every element; any shape.</summary>
public sealed record ReLU : Layer
{
    internal override InPlaceKind InPlace => InPlaceKind.Overwrites;

    internal override bool BackwardReadsOutput => true;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => input;

    /// <inheritdoc/>
    public override string ToString() => "ReLU";

    internal override Operator CreateOperator(OperatorContext context) => new ReLUOperator(context);
}
