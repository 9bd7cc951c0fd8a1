using CifarFast.Engine.Kernels;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Operators;

/// <summary>
/// An operator that needs the whole batch at once and parallelises itself. It is called from one thread.
/// </summary>
internal abstract class BatchOperator : Operator
{
    /// <summary>Computes the outputs of the first <paramref name="samples"/> samples.</summary>
    public abstract void Forward(int samples, Memory<float> input, Memory<float> output, ParallelLoop loop);

    /// <summary>
    /// Computes the gradients: the parameters' into <see cref="Parameter.Gradient"/>, the input's into
    /// <paramref name="inputGradient"/>, which is empty where nobody wants it.
    /// </summary>
    public abstract void Backward(
        int samples,
        Memory<float> input,
        Memory<float> outputGradient,
        Memory<float> inputGradient,
        ParallelLoop loop);
}
