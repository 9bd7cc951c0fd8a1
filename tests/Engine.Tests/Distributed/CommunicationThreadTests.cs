using CifarFast.Engine.Distributed;

namespace CifarFast.Engine.Tests.Distributed;

/// <summary>Exchanges in the background: their order, and what becomes of one that fails.</summary>
public class CommunicationThreadTests
{
    [Fact]
    public void Exchanges_are_made_one_after_another_in_the_order_they_were_begun()
    {
        using var thread = new CommunicationThread(SingleProcess.Instance);
        var made = new List<int>();
        long last = 0;
        for (int i = 0; i < 100; i++)
        {
            int number = i;
            last = thread.Begin((_, _) => made.Add(number), TestContext.Current.CancellationToken);
        }

        thread.Complete(last);
        Assert.Equal(100, last);
        Assert.Equal(Enumerable.Range(0, 100), made);
    }

    [Fact]
    public void One_that_is_under_way_is_waited_for_and_nothing_behind_it()
    {
        using var thread = new CommunicationThread(SingleProcess.Instance);
        using var mayEnd = new ManualResetEventSlim();
        long first = thread.Begin(static (_, _) => { }, TestContext.Current.CancellationToken);
        long second = thread.Begin((_, token) => Assert.True(mayEnd.Wait(Hang.Limit, token)), TestContext.Current.CancellationToken);

        thread.Complete(0);
        thread.Complete(first);
        Assert.Null(thread.AwaitedSince);
        var waiting = new Thread(() => thread.Complete(second));
        waiting.Start();
        Assert.True(SpinWait.SpinUntil(() => thread.AwaitedSince is not null, Hang.Limit));
        mayEnd.Set();
        Assert.True(waiting.Join(Hang.Limit));
        Assert.Null(thread.AwaitedSince);
    }

    [Fact]
    public void After_one_that_failed_none_is_made()
    {
        using var thread = new CommunicationThread(SingleProcess.Instance);
        bool isMade = false;
        thread.Begin(static (_, _) => throw new CollectiveException("nobody came"), TestContext.Current.CancellationToken);
        long next = thread.Begin((_, _) => isMade = true, TestContext.Current.CancellationToken);

        Assert.Equal("nobody came", Assert.Throws<CollectiveException>(() => thread.Complete(next)).Message);
        Assert.Throws<CollectiveException>(() => thread.Complete(0));
        Assert.False(isMade);
    }
}
