using CifarFast.Engine.Kernels.Elementwise;
using CifarFast.Engine.Kernels.Gemm;
using CifarFast.Engine.Tensors;
using CommunityToolkit.HighPerformance;

namespace CifarFast.Engine.Kernels.Orthogonalization;

/// <summary>
/// Brings the singular values of a matrix near 1 and leaves its singular vectors as they are, by the iteration
/// <c>X ← a·X + (b·A + c·A²)·X</c> with <c>A = X·Xᵀ</c>, whose coefficients rise as steeply as can be at zero (Jordan et al. 2024, "Muon: An
/// optimizer for hidden layers in neural networks"). In five steps singular values above 0.01 come between 0.65 and 1.25, and stay there. Products have all
/// threads; the bits depend neither on their number nor on the tier. An object keeps its buffers from call to call and serves one call at a time.
/// </summary>
internal sealed class NewtonSchulz
{
    private const float A = 3.4445f;
    private const float B = -4.7750f;
    private const float C = 2.0315f;

    private readonly ElementwiseKernels _elementwise;
    private readonly Sgemm _gemm;
    private AlignedBuffer _product = new(0);
    private AlignedBuffer _gram = new(0);
    private AlignedBuffer _square = new(0);

    /// <summary>Prepares to compute as <paramref name="execution"/> says.</summary>
    public NewtonSchulz(ExecutionOptions execution)
    {
        _elementwise = ElementwiseKernels.For(execution);
        _gemm = new Sgemm(execution with { Tier = ElementwiseKernels.TierOf(execution) });
    }

    /// <summary>Replaces a matrix by what the iteration makes of it.</summary>
    /// <param name="matrix">The matrix, row-major, of a spectral norm of at most 1: what its Frobenius norm was divided out of is.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="steps">How often to iterate.</param>
    public void Run(Span<float> matrix, int rows, int steps)
    {
        int columns = matrix.Length / rows;
        Span2D<float> x = matrix.AsSpan2D(rows, columns);

        // Of XᵀX and XXᵀ the smaller one, which has the same singular values but for zeros.
        bool isTall = rows > columns;
        int size = Math.Min(rows, columns);
        Span<float> product = Floats(ref _product, matrix.Length);
        Span<float> gram = Floats(ref _gram, size * size);
        Span<float> square = Floats(ref _square, size * size);
        for (int step = 0; step < steps; step++)
        {
            _gemm.Multiply(x, x, gram.AsSpan2D(size, size), transposeA: isTall, transposeB: !isTall);
            _gemm.Multiply(gram.AsSpan2D(size, size), gram.AsSpan2D(size, size), square.AsSpan2D(size, size));
            _elementwise.Binary(new Axpby(B, C), gram, square, square);
            if (isTall)
            {
                _gemm.Multiply(x, square.AsSpan2D(size, size), product.AsSpan2D(rows, columns));
            }
            else
            {
                _gemm.Multiply(square.AsSpan2D(size, size), x, product.AsSpan2D(rows, columns));
            }

            _elementwise.Binary(new Axpby(A, 1), matrix, product, matrix);
        }
    }

    private static Span<float> Floats(ref AlignedBuffer buffer, int length)
    {
        if (buffer.Length < length)
        {
            buffer = new AlignedBuffer(length);
        }

        return buffer.Span[..length];
    }
}
