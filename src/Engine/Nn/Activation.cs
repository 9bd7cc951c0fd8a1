using CifarFast.Engine.Kernels;
using CifarFast.Engine.Kernels.Elementwise;
using CifarFast.Engine.Operators;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Nn;

/// <summary>A function of every element, whatever the shape. The backward pass reads the output, unless the activation says that it reads the input.</summary>
public abstract record Activation : Layer
{
    internal sealed override InPlaceKind InPlace => BackwardReadsInput ? InPlaceKind.No : InPlaceKind.Overwrites;

    internal sealed override bool BackwardReadsOutput => !BackwardReadsInput;

    /// <inheritdoc/>
    public sealed override Shape OutputShape(Shape input) => input;

    /// <summary>What computes the function.</summary>
    internal abstract ActivationKernels CreateKernels(ExecutionOptions execution);

    internal sealed override Operator CreateOperator(OperatorContext context) =>
        new ActivationOperator(context, CreateKernels(context.Execution), BackwardReadsOutput);
}
