namespace CifarFast.Engine.Simd;

/// <summary>A SIMD tier was asked for that does not exist or that this CPU lacks. The message is one line for a person.</summary>
internal sealed class SimdTierException(string message) : Exception(message);
