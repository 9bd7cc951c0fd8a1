using CifarFast.Engine.Diagnostics;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Layers.Operators;

namespace CifarFast.Engine.Networks;

/// <summary>A stage of one operator that takes the whole batch at once.</summary>
internal sealed class BatchStage(Node node, ParallelLoop loop) : Stage
{
    private readonly BatchOperator _operator = (BatchOperator)node.Operator;

    public override void Forward(int samples)
    {
        using EventSpan span = EngineEvents.Layer(node.Name, "forward");
        _operator.Forward(samples, node.Input.Activation, node.Output.Activation, loop);
    }

    public override void Backward(int samples)
    {
        using EventSpan span = EngineEvents.Layer(node.Name, "backward");
        _operator.Backward(
            samples,
            node.Input.Activation,
            node.Output.Gradient,
            node.NeedsInputGradient ? node.Input.Gradient : default,
            loop);
    }
}
