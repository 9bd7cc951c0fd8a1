using CifarFast.Engine.Layers;
using CifarFast.Engine.Layers.Operators;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Tests.Formats.Onnx;

/// <summary>A layer that no file format has heard of.</summary>
internal sealed record UnknownLayer : Layer
{
    internal override bool InPlace => true;

    public override Shape OutputShape(Shape input) => input;

    internal override Operator CreateOperator(OperatorContext context) => new FlattenOperator();
}
