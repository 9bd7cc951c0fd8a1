using System.Text.Json.Serialization;
using CifarFast.Engine.Kernels.Elementwise;

namespace CifarFast.Engine.Nn;

/// <summary>
/// x·Φ(x) of every element, where Φ is the distribution function of the standard normal distribution (Hendrycks and Gimpel 2016, "Gaussian Error
/// Linear Units"); any shape. As torch.nn.GELU.
/// </summary>
/// <param name="Approximation">Which function stands for Φ.</param>
public sealed record GELU(GELUApproximation Approximation = GELUApproximation.None) : Activation
{
    /// <summary>Which function stands for Φ.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such function.</exception>
    [JsonConverter(typeof(JsonStringEnumConverter<GELUApproximation>))]
    public GELUApproximation Approximation { get; } = Enum.IsDefined(Approximation) ? Approximation : throw new ArgumentOutOfRangeException(nameof(Approximation));

    internal override bool BackwardReadsInput => true;

    /// <inheritdoc/>
    public override string ToString() => Approximation == GELUApproximation.None ? Kind : "GELU(tanh)";

    internal override TResult Bind<TResult>(IActivationBinder<TResult> binder) => Approximation == GELUApproximation.None
        ? binder.Bind(default(Gelu))
        : binder.Bind(default(GeluTanh));
}
