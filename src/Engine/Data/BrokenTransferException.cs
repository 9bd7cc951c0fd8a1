namespace CifarFast.Engine.Data;

/// <summary>A transfer ended early in a way that may go better when tried again from where it stopped.</summary>
internal sealed class BrokenTransferException(string message, Exception? inner = null) : Exception(message, inner);
