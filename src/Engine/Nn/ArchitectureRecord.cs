namespace CifarFast.Engine.Nn;

/// <summary>An <see cref="Architecture"/> as it is written.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Input">The sizes of a sample.</param>
/// <param name="Module">Its modules.</param>
internal sealed record ArchitectureRecord(string Name, int[] Input, Module Module);
