namespace CifarFast.Engine.Nn;

/// <summary>A layer cannot take the shape it was given. The message is one line that names both.</summary>
public sealed class ShapeException(string message) : Exception(message);
