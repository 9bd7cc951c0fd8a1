namespace CifarFast.Engine.Data;

/// <summary>A data set is missing, damaged or not to be had. The message is one line for a person: what, where, and what to do.</summary>
public sealed class DataException(string message, Exception? inner = null) : Exception(message, inner);
