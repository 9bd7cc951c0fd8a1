using System.Text.Json.Serialization;

namespace CifarFast.Engine.Nn;

/// <summary>What a <see cref="GELU"/> takes for the distribution function of the standard normal distribution; the names are PyTorch's.</summary>
public enum GELUApproximation
{
    /// <summary>The function itself, ½·(1 + erf(x/√2)).</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>½·(1 + tanh(√(2/π)·(x + 0.044715x³))), which is at most 0.0003 off.</summary>
    [JsonStringEnumMemberName("tanh")]
    Tanh,
}
