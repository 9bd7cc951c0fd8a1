using System.Runtime.ExceptionServices;

namespace CifarFast.Engine.Kernels;

/// <summary>
/// Runs the same body for 0, 1, … on a given number of threads; on the calling one alone where there is one thread or one task.
/// Threads take the next number whenever they are free: tasks are few and long, and <see cref="Parallel"/>'s own ranges, handed
/// out in growing pieces, would let one thread wait while another still has several to do. Callers keep their body in a field:
/// a loop then allocates nothing but what <see cref="Parallel"/> itself does. One loop runs at a time.
/// </summary>
internal sealed class ParallelLoop
{
    private readonly ParallelOptions _options;
    private readonly Action<int> _work;
    private Action<int> _body = static _ => { };
    private int _count;
    private int _next;
    private CancellationToken _cancellation;

    public ParallelLoop(int threads)
    {
        _options = new ParallelOptions { MaxDegreeOfParallelism = threads };
        _work = Work;
    }

    /// <summary>On how many threads, at most.</summary>
    public int Threads => _options.MaxDegreeOfParallelism;

    /// <summary>
    /// Calls <paramref name="body"/> with each number below <paramref name="count"/>, in any order; throws what the body throws.
    /// </summary>
    /// <param name="count">How many numbers.</param>
    /// <param name="body">What to do with each.</param>
    /// <param name="cancellation">Has threads take no further number.</param>
    /// <exception cref="OperationCanceledException">Cancellation was asked for: numbers, or parts of them, may have been left out.</exception>
    public void Run(int count, Action<int> body, CancellationToken cancellation = default)
    {
        int workers = Math.Min(count, _options.MaxDegreeOfParallelism);
        if (workers > 1)
        {
            RunOnThreads(workers, count, body, cancellation);
        }
        else
        {
            for (int i = 0; i < count && !cancellation.IsCancellationRequested; i++)
            {
                body(i);
            }
        }

        cancellation.ThrowIfCancellationRequested();
    }

    private void RunOnThreads(int workers, int count, Action<int> body, CancellationToken cancellation)
    {
        (_body, _count, _next, _cancellation) = (body, count, 0, cancellation);
        try
        {
            Parallel.For(0, workers, _options, _work);
        }
        catch (AggregateException errors)
        {
            // What one thread throws should not depend on how many there are.
            ExceptionDispatchInfo.Throw(errors.InnerExceptions[0]);
        }
    }

    private void Work(int worker)
    {
        for (int i = Interlocked.Increment(ref _next) - 1; i < _count && !_cancellation.IsCancellationRequested; i = Interlocked.Increment(ref _next) - 1)
        {
            _body(i);
        }
    }
}
