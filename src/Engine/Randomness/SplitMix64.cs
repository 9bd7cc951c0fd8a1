namespace CifarFast.Engine.Randomness;

/// <summary>
/// The generator of Steele, Lea and Flood (2014, "Fast splittable pseudorandom number generators"): a counter in steps of a constant, and a
/// function that makes random bits of it.
/// </summary>
internal static class SplitMix64
{
    /// <summary>From a state to the next.</summary>
    public const ulong Step = 0x9E3779B97F4A7C15;

    /// <summary>The bits of a state.</summary>
    public static ulong Mix(ulong state)
    {
        state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        state = (state ^ (state >> 27)) * 0x94D049BB133111EB;
        return state ^ (state >> 31);
    }

    /// <summary>Goes to the next state and gives its bits.</summary>
    public static ulong Next(ref ulong state)
    {
        state += Step;
        return Mix(state);
    }
}
