namespace CifarFast.Engine.Checkpoints;

/// <summary>
/// A checkpoint, or another file of weights, is missing, damaged, or not made for what it is wanted for. The message is one line
/// for a person that names the file and its fault.
/// </summary>
public sealed class CheckpointException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Lines of a table that shows more, fit to be shown; often there is none.</summary>
    public IReadOnlyList<string> Details { get; init; } = [];
}
