using CifarFast.Engine.Operators;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Nn;

/// <summary>
/// C×H×W to a vector of C·H·W features, in the order channel, row, column. Nothing moves in memory where the next layers
/// find each feature where it lies.
/// </summary>
public sealed record Flatten : Layer
{
    internal override InPlaceKind InPlace => InPlaceKind.View;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => new(input.Count);

    /// <inheritdoc/>
    public override string ToString() => "Flatten";

    internal override Operator CreateOperator(OperatorContext context) => new FlattenOperator(context);
}
