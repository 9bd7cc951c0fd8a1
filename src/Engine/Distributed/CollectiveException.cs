namespace CifarFast.Engine.Distributed;

/// <summary>Processes that should compute together cannot; the message says why in one line.</summary>
internal sealed class CollectiveException(string message) : Exception(message);
