using System.Text.Json.Serialization;

namespace CifarFast.Engine.Nn;

/// <summary>
/// A part of a network as data: a <see cref="Layer"/>, or modules put together. It has no parameters and no buffers of its own, so
/// one description can serve many networks.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(AdaptiveAvgPool2d), nameof(AdaptiveAvgPool2d))]
[JsonDerivedType(typeof(AdaptiveMaxPool2d), nameof(AdaptiveMaxPool2d))]
[JsonDerivedType(typeof(AvgPool2d), nameof(AvgPool2d))]
[JsonDerivedType(typeof(BatchNorm2d), nameof(BatchNorm2d))]
[JsonDerivedType(typeof(Conv2d), nameof(Conv2d))]
[JsonDerivedType(typeof(Dropout), nameof(Dropout))]
[JsonDerivedType(typeof(Flatten), nameof(Flatten))]
[JsonDerivedType(typeof(Frozen), nameof(Frozen))]
[JsonDerivedType(typeof(FrozenBatchNorm2d), nameof(FrozenBatchNorm2d))]
[JsonDerivedType(typeof(GELU), nameof(GELU))]
[JsonDerivedType(typeof(LeakyReLU), nameof(LeakyReLU))]
[JsonDerivedType(typeof(Linear), nameof(Linear))]
[JsonDerivedType(typeof(MaxPool2d), nameof(MaxPool2d))]
[JsonDerivedType(typeof(Normalize), nameof(Normalize))]
[JsonDerivedType(typeof(ReLU), nameof(ReLU))]
[JsonDerivedType(typeof(Residual), nameof(Residual))]
[JsonDerivedType(typeof(Scale), nameof(Scale))]
[JsonDerivedType(typeof(Sequential), nameof(Sequential))]
[JsonDerivedType(typeof(SiLU), nameof(SiLU))]
public abstract record Module
{
    /// <summary>Adds what the module consists of to a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="path">The module's name in the network, as PyTorch has it: <c>3.body.0</c>.</param>
    /// <param name="input">The value that it reads.</param>
    /// <returns>The value that it writes.</returns>
    /// <exception cref="ShapeException">It cannot take a value of this shape; the message names the layer and both shapes.</exception>
    internal abstract int Lower(GraphBuilder graph, string path, int input);

    /// <summary>The same module with others in place of its layers.</summary>
    /// <param name="path">The module's name in the network.</param>
    /// <param name="replace">Of the name of a layer and the layer, what takes its place: itself, to stay.</param>
    internal abstract Module Replace(string path, Func<string, Layer, Module> replace);

    /// <summary>The path of a module within another one.</summary>
    private protected static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
