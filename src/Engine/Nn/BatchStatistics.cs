using CifarFast.Engine.Operators;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Nn;

/// <summary>The first half of a <see cref="BatchNorm2d"/> in training, which needs all samples before it can go on. Values stay as they are.</summary>
internal sealed record BatchStatistics : Layer
{
    internal override InPlaceKind InPlace => InPlaceKind.Keeps;

    internal override bool EndsStage => true;

    internal override bool BackwardReadsOutput => true;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => input;

    /// <inheritdoc/>
    public override string ToString() => Kind;

    internal override Operator CreateOperator(OperatorContext context) => new BatchStatisticsOperator(context);
}
