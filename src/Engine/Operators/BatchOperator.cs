using CifarFast.Engine.Kernels;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Operators;

/// <summary>
/// An operator that needs the whole batch at once and parallelises itself. It is called from one thread. A call that is cancelled throws
/// <see cref="OperationCanceledException"/> and leaves anything where its results go.
/// </summary>
internal abstract class BatchOperator : Operator
{
    /// <summary>Computes the outputs of the first <paramref name="samples"/> samples.</summary>
    public abstract void Forward(int samples, Memory<float> input, Memory<float> output, ParallelLoop loop, CancellationToken cancellation);

    /// <summary>Computes the gradient with respect to the input of the first <paramref name="samples"/> samples.</summary>
    public abstract void BackwardInput(int samples, Memory<float> outputGradient, Memory<float> inputGradient, ParallelLoop loop, CancellationToken cancellation);

    /// <summary>How many slices the gradient of the parameters is cut into.</summary>
    public abstract int GradientSlices { get; }

    /// <summary>Whether, by the sizes of the layer and the batch, processes should share the slices of the gradient: else each of them computes all.</summary>
    public abstract bool SharesGradient { get; }

    /// <summary>Computes slices of <see cref="Parameter.Gradient"/> of the parameters, from all samples of the batch.</summary>
    public abstract void BackwardParameters(
        int samples, (int First, int End) slices, Memory<float> input, Memory<float> outputGradient, ParallelLoop loop, CancellationToken cancellation);

    /// <summary>Floats of a slice.</summary>
    public abstract int GradientLength(int slice);

    /// <summary>Copies a slice of <see cref="Parameter.Gradient"/> to one place.</summary>
    public abstract void CopyGradient(int slice, Span<float> to);

    /// <summary>Sets a slice of <see cref="Parameter.Gradient"/> to what <see cref="CopyGradient"/> copied elsewhere.</summary>
    public abstract void SetGradient(int slice, ReadOnlySpan<float> from);
}
