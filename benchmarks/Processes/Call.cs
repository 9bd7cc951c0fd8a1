using CifarFast.Engine.Distributed;

namespace CifarFast.Benchmarks.Processes;

/// <summary>A call that processes exchanged something by, to be made again with anything in it.</summary>
/// <param name="Sent">Floats that each process was given; empty where all were given the same.</param>
/// <param name="Received">Floats that came from each.</param>
internal sealed record Call(int[] Sent, int[] Received)
{
    /// <summary>Makes it.</summary>
    /// <param name="communicator">The processes.</param>
    /// <param name="memory">Floats to send, and floats to receive.</param>
    public void Make(ICommunicator communicator, (float[] Sent, float[] Received) memory)
    {
        Span<float> received = memory.Received.AsSpan(0, Received.Sum());
        if (Sent.Length == 0)
        {
            communicator.AllGather(received, Received, default);
        }
        else
        {
            communicator.AllToAll(memory.Sent.AsSpan(0, Sent.Sum()), Sent, received, Received, default);
        }
    }
}
