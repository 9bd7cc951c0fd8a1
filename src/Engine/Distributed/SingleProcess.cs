namespace CifarFast.Engine.Distributed;

/// <summary>A process that computes alone.</summary>
internal sealed class SingleProcess : ICollective
{
    /// <summary>The one there is.</summary>
    public static SingleProcess Instance { get; } = new();

    public int Rank => 0;

    public int Size => 1;

    public TimeSpan Waited => TimeSpan.Zero;

    public void AllGather(Span<float> data, ReadOnlySpan<int> lengths, CancellationToken cancellation)
    {
    }
}
