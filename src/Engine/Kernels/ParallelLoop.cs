namespace CifarFast.Engine.Kernels;

/// <summary>
/// Runs the same body for 0, 1, … on a given number of threads; on the calling one alone where there is one thread or one task.
/// Callers keep their body in a field: a loop then allocates nothing but what <see cref="Parallel"/> itself does.
/// </summary>
internal sealed class ParallelLoop(int threads)
{
    private readonly ParallelOptions _options = new() { MaxDegreeOfParallelism = threads };

    /// <summary>Calls <paramref name="body"/> with each number below <paramref name="count"/>, in any order.</summary>
    public void Run(int count, Action<int> body)
    {
        if (_options.MaxDegreeOfParallelism == 1 || count == 1)
        {
            for (int i = 0; i < count; i++)
            {
                body(i);
            }
        }
        else
        {
            Parallel.For(0, count, _options, body);
        }
    }
}
