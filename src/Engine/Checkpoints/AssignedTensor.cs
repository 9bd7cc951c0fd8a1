namespace CifarFast.Engine.Checkpoints;

/// <summary>A tensor of a network, and which one of a file was read for it.</summary>
/// <param name="Name">Its name, as the network or the kind of file has it.</param>
/// <param name="Source">The name of the one in the file, fit to be shown.</param>
/// <param name="Sizes">The sizes of that, as <c>16×3×3×3</c>.</param>
public sealed record AssignedTensor(string Name, string Source, string Sizes);
