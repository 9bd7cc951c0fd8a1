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

    /// <summary>Computes <see cref="Parameter.Gradient"/> of the parameters, from all samples of the batch.</summary>
    public abstract void BackwardParameters(int samples, Memory<float> input, Memory<float> outputGradient, ParallelLoop loop, CancellationToken cancellation);
}
