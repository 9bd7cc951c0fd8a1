namespace CifarFast.Trainer;

/// <summary>Options that do not go together. The message is one line for a person that names them.</summary>
internal sealed class UsageException(string message) : Exception(message);
