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

    internal sealed override bool IsRecomputed => BackwardReadsInput;

    /// <inheritdoc/>
    public sealed override Shape OutputShape(Shape input) => input;

    /// <summary>Gives a binder the function.</summary>
    internal abstract TResult Bind<TResult>(IActivationBinder<TResult> binder);

    /// <summary>What computes the function.</summary>
    internal ActivationKernels CreateKernels(ExecutionOptions execution) => Bind(new KernelsBinder(execution));

    internal sealed override Operator CreateOperator(OperatorContext context) =>
        new ActivationOperator(context, CreateKernels(context.Execution), BackwardReadsOutput);

    private readonly struct KernelsBinder(ExecutionOptions execution) : IActivationBinder<ActivationKernels>
    {
        public ActivationKernels Bind<TActivation>(TActivation activation)
            where TActivation : struct, IActivation => ActivationKernels.For(activation, execution);
    }
}
