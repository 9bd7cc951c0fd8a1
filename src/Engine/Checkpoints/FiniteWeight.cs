namespace CifarFast.Engine.Checkpoints;

/// <summary>What a number in a file is worth as a weight.</summary>
internal static class FiniteWeight
{
    /// <summary>The number rounded to 32 bits.</summary>
    /// <exception cref="FormatException">It is not finite then; the message says so as the predicate of a sentence about the tensor.</exception>
    public static float Of(double value)
    {
        float weight = (float)value;
        return float.IsFinite(weight) ? weight : throw new FormatException($"has the value {value:R}, which is no finite 32-bit number");
    }
}
