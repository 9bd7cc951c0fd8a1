using CifarFast.Engine.Kernels;
using CifarFast.Engine.Kernels.Elementwise;
using CifarFast.Engine.Tensors;

namespace CifarFast.Benchmarks.Reports;

/// <summary>
/// What memory gives at most: <c>a = b + 3·c</c> over arrays far larger than any cache, as STREAM's triad has it (McCalpin 1995, "Memory Bandwidth and
/// Machine Balance in Current High Performance Computers").
/// </summary>
internal sealed class Triad
{
    /// <summary>128 MiB an array.</summary>
    private const int Floats = 1 << 25;

    private readonly AlignedBuffer _a = new(Floats);
    private readonly AlignedBuffer _b = new(Floats);
    private readonly AlignedBuffer _c = new(Floats);
    private readonly ElementwiseKernels _kernels;
    private readonly ParallelLoop _loop;
    private readonly Action<int> _body;

    public Triad(ExecutionOptions execution)
    {
        // Memory that was never written is one page of zeros for all.
        _b.Span.Fill(1);
        _c.Span.Fill(2);
        _kernels = ElementwiseKernels.For(execution);
        _loop = new ParallelLoop(execution.Threads);
        _body = RunPart;
    }

    /// <summary>
    /// Bytes that a <see cref="Run"/> moves as STREAM counts them: two arrays read, one written. That a CPU may read a line before it is written does
    /// not count.
    /// </summary>
    public static double Bytes => 3.0 * sizeof(float) * Floats;

    /// <summary>Computes once, each thread a part.</summary>
    public void Run() => _loop.Run(_loop.Threads, _body);

    private void RunPart(int part)
    {
        int start = (int)((long)Floats * part / _loop.Threads);
        int end = (int)((long)Floats * (part + 1) / _loop.Threads);
        _kernels.Binary(new Axpby(1, 3), _b.Span[start..end], _c.Span[start..end], _a.Span[start..end]);
    }
}
