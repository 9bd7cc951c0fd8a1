namespace CifarFast.Benchmarks.Processes;

/// <summary>What a process exchanges with others.</summary>
/// <param name="Calls">How many rounds of messages.</param>
/// <param name="Bytes">Bytes that it takes, or gives where these are more.</param>
internal readonly record struct Messages(int Calls, long Bytes)
{
    /// <summary>Both.</summary>
    public static Messages operator +(Messages left, Messages right) => new(left.Calls + right.Calls, left.Bytes + right.Bytes);

    /// <summary>What came after <paramref name="right"/>.</summary>
    public static Messages operator -(Messages left, Messages right) => new(left.Calls - right.Calls, left.Bytes - right.Bytes);
}
