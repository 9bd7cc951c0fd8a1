using CifarFast.Engine.Nn;
using CifarFast.Engine.Operators;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Tests.Formats.Onnx;

/// <summary>A layer that no file format has heard of.</summary>
internal sealed record UnknownLayer : Layer
{
    internal override InPlaceKind InPlace => InPlaceKind.View;

    public override Shape OutputShape(Shape input) => input;

    internal override Operator CreateOperator(OperatorContext context) => new FlattenOperator(context);
}
