using CifarFast.Engine.Nn;
using CifarFast.Engine.Operators;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Tests.Training;

/// <summary>A layer that changes nothing and tells of each sample that comes by, forward and backward.</summary>
internal sealed record Tripwire(Action Forward, Action Backward) : Layer
{
    internal override InPlaceKind InPlace => InPlaceKind.View;

    public override Shape OutputShape(Shape input) => input;

    internal override Operator CreateOperator(OperatorContext context) => new TripwireOperator(new FlattenOperator(context), this);

    private sealed class TripwireOperator(FlattenOperator copy, Tripwire wire) : SampleOperator
    {
        public override void Forward(in SampleValues sample)
        {
            wire.Forward();
            copy.Forward(sample);
        }

        public override void Backward(in SampleGradients sample)
        {
            wire.Backward();
            copy.Backward(sample);
        }
    }
}
