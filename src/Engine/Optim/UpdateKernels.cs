using CifarFast.Engine.Kernels;
using CifarFast.Engine.Kernels.Elementwise;
using CifarFast.Engine.Kernels.Orthogonalization;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Optim;

/// <summary>What optimizers compute with. An object serves one matrix at a time; elementwise kernels have no state.</summary>
internal sealed class UpdateKernels(ExecutionOptions execution)
{
    private AlignedBuffer _direction = new(0);
    private AlignedBuffer _matrix = new(0);

    /// <summary>Operations on every weight of a part.</summary>
    public ElementwiseKernels Elementwise { get; } = ElementwiseKernels.For(execution);

    /// <summary>What matrices are orthogonalized with.</summary>
    public NewtonSchulz Orthogonalization => field ??= new NewtonSchulz(execution);

    /// <summary>Zeros where a direction can be laid out as the weights are, and room for the matrix that it is.</summary>
    /// <param name="stored">Floats that the weights take.</param>
    /// <param name="count">Elements of the matrix.</param>
    public (Memory<float> Direction, Memory<float> Matrix) Scratch(int stored, int count)
    {
        _direction = _direction.Length < stored ? new AlignedBuffer(stored) : _direction;
        _matrix = _matrix.Length < count ? new AlignedBuffer(count) : _matrix;
        Memory<float> direction = _direction.Memory[..stored];
        direction.Span.Clear();
        return (direction, _matrix.Memory[..count]);
    }
}
