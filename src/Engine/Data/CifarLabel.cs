namespace CifarFast.Engine.Data;

/// <summary>One of the label bytes that a record of CIFAR begins with.</summary>
/// <param name="Name">What messages call it.</param>
/// <param name="Classes">How many classes it tells apart.</param>
/// <param name="NamesFile">The text file with their names.</param>
internal sealed record CifarLabel(string Name, int Classes, string NamesFile);
