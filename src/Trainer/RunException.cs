namespace CifarFast.Trainer;

/// <summary>A run cannot begin, or did not end well. The message is one line for a person: what, where, and what to do.</summary>
internal sealed class RunException(string message, Exception? inner = null) : Exception(message, inner);
