namespace CifarFast.Engine.Tests.Kernels;

/// <summary>A result of a kernel, in an order that does not depend on the algorithm.</summary>
internal sealed record NamedValues(string Name, float[] Values);
