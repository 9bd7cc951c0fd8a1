using System.Text.Json.Serialization;

namespace CifarFast.Engine.Initialization;

/// <summary>How the initial values of a parameter come about, as data. What is drawn depends on the seed and the parameter's number in the network alone.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(ConstantInitializer), "Constant")]
[JsonDerivedType(typeof(DiracInitializer), "Dirac")]
[JsonDerivedType(typeof(HeNormalInitializer), "HeNormal")]
[JsonDerivedType(typeof(PyTorchInitializer), "PyTorch")]
[JsonDerivedType(typeof(WhiteningInitializer), "Whitening")]
public abstract record Initializer
{
    /// <summary>The values, row-major.</summary>
    /// <exception cref="ArgumentException">It is none for such a parameter; the message says why.</exception>
    internal abstract float[] Values(InitializerContext context);
}
