using CifarFast.Engine.Kernels;

namespace CifarFast.Engine.Tests.Kernels;

public class ParallelLoopTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Every_number_is_met_exactly_once(int threads)
    {
        var loop = new ParallelLoop(threads);
        foreach (int count in new[] { 0, 1, 2, 16, 1000 })
        {
            int[] met = new int[count];
            loop.Run(count, i => Interlocked.Increment(ref met[i]), TestContext.Current.CancellationToken);
            Assert.All(met, times => Assert.Equal(1, times));
        }
    }

    [Fact]
    public void One_thread_or_one_task_stays_on_the_calling_thread_and_in_order()
    {
        var order = new List<int>();
        int caller = Environment.CurrentManagedThreadId;
        void Note(int i)
        {
            Assert.Equal(caller, Environment.CurrentManagedThreadId);
            order.Add(i);
        }

        new ParallelLoop(threads: 1).Run(5, Note, TestContext.Current.CancellationToken);
        new ParallelLoop(threads: 8).Run(1, Note, TestContext.Current.CancellationToken);
        Assert.Equal([0, 1, 2, 3, 4, 0], order);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void No_more_bodies_run_at_once_than_there_are_threads(int threads)
    {
        int running = 0;
        int most = 0;
        var gate = new Lock();
        new ParallelLoop(threads).Run(64, _ =>
        {
            lock (gate)
            {
                most = Math.Max(most, ++running);
            }

            Thread.Yield();
            lock (gate)
            {
                running--;
            }
        }, TestContext.Current.CancellationToken);

        Assert.InRange(most, 1, threads);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void What_a_body_throws_arrives_as_it_is(int threads) => Assert.Throws<InvalidTimeZoneException>(() =>
        new ParallelLoop(threads).Run(8, i => throw new InvalidTimeZoneException($"{i}"), TestContext.Current.CancellationToken));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void No_number_is_taken_after_a_cancellation(int threads)
    {
        using var source = new CancellationTokenSource();
        int late = 0;
        var loop = new ParallelLoop(threads);

        Assert.ThrowsAny<OperationCanceledException>(() => loop.Run(
            1000,
            i =>
            {
                // Each of the other threads may have taken a number just before.
                late += source.IsCancellationRequested ? 1 : 0;
                source.Cancel();
            },
            source.Token));
        Assert.InRange(late, 0, threads - 1);

        int again = 0;
        loop.Run(1000, i => Interlocked.Increment(ref again), TestContext.Current.CancellationToken);
        Assert.Equal(1000, again);
    }

    /// <summary>Two bodies that wait for each other end only if they run at once.</summary>
    [Fact]
    public void Two_threads_run_at_once()
    {
        using var meeting = new Barrier(2);
        new ParallelLoop(threads: 2).Run(2, _ => Assert.True(meeting.SignalAndWait(Hang.Limit)), TestContext.Current.CancellationToken);
        Assert.Equal(1, meeting.CurrentPhaseNumber);
    }
}
