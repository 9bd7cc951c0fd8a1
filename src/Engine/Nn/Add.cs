using CifarFast.Engine.Operators;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Nn;

/// <summary>The sum of two values of the same shape. Modules such as <see cref="Residual"/> are made of it.</summary>
internal sealed record Add : Layer
{
    internal override InPlaceKind InPlace => InPlaceKind.Overwrites;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => input;

    /// <inheritdoc/>
    public override string ToString() => "Add";

    internal override Shape OutputShape(IReadOnlyList<Shape> inputs) =>
        inputs[0] == inputs[1] ? inputs[0] : throw new ShapeException($"{this} takes two values of one shape, not {inputs[0]} and {inputs[1]}");

    internal override Operator CreateOperator(OperatorContext context) => new AddOperator(context);
}
