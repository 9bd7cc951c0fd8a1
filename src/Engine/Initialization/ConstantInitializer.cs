namespace CifarFast.Engine.Initialization;

/// <summary>One number for all elements.</summary>
/// <param name="Value">The number.</param>
public sealed record ConstantInitializer(float Value) : Initializer
{
    internal override float[] Values(InitializerContext context) => [.. Enumerable.Repeat(Value, context.Parameter.Shape.Count)];
}
