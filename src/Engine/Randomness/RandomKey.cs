namespace CifarFast.Engine.Randomness;

/// <summary>
/// A sequence of random numbers that are functions of their places in it, so that any of them can be had without the others, on any thread; each
/// can be the key of a sequence of its own.
/// </summary>
/// <param name="Value">What sets the sequence apart from others.</param>
internal readonly record struct RandomKey(ulong Value)
{
    /// <summary>The 64 random bits at a place.</summary>
    public ulong Bits(ulong place) => SplitMix64.Mix(State(place));

    /// <summary>What the bits at a place are made of by <see cref="SplitMix64.Mix"/>; it is <see cref="SplitMix64.Step"/> more at the next one.</summary>
    public ulong State(ulong place) => Value + ((place + 1) * SplitMix64.Step);

    /// <summary>The key at a place.</summary>
    public RandomKey At(ulong place) => new(Bits(place));
}
