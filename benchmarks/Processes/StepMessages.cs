using CifarFast.Engine.Distributed;

namespace CifarFast.Benchmarks.Processes;

/// <summary>What a process exchanges in a step.</summary>
/// <param name="AtOnce">What it waits for at once.</param>
/// <param name="Overlaps">What it exchanges while it computes.</param>
/// <param name="AtOnceCalls">The calls of the former.</param>
/// <param name="BackgroundCalls">The calls of the latter.</param>
internal sealed record StepMessages(Messages AtOnce, Overlap[] Overlaps, Call[] AtOnceCalls, Call[] BackgroundCalls)
{
    /// <summary>What it exchanges while it computes.</summary>
    public Messages Background => Overlaps.SelectMany(overlap => overlap.Exchanges).Aggregate(default(Messages), (sum, exchange) => sum + exchange.Messages);

    /// <summary>How long a process waits in a step, on paper.</summary>
    /// <param name="speed">The network.</param>
    /// <param name="pace">How much longer it computes than it did here.</param>
    public double Wait(LinkSpeed speed, double pace) => speed.Seconds(AtOnce) + Overlaps.Sum(overlap => overlap.Wait(speed, pace));

    /// <summary>The same calls with nothing computed.</summary>
    public Action BareLoop(ICollective collective)
    {
        (float[], float[]) Memory(Call[] calls) => (
            new float[calls.Select(call => call.Sent.Sum()).DefaultIfEmpty().Max()], new float[calls.Select(call => call.Received.Sum()).DefaultIfEmpty().Max()]);
        (float[], float[]) atOnce = Memory(AtOnceCalls);
        (float[], float[]) background = Memory(BackgroundCalls);
        return () =>
        {
            long exchange = collective.Begin((communicator, _) => Array.ForEach(BackgroundCalls, call => call.Make(communicator, background)), default);
            Array.ForEach(AtOnceCalls, call => call.Make(collective, atOnce));
            collective.Complete(exchange);
        };
    }
}
