namespace CifarFast.Engine.Formats.Onnx;

/// <summary>
/// What an ONNX model says of itself, for those who have nothing but the file. The engine adds the name of the network
/// (<c>network</c>) and what its input wants to be (<c>input</c>).
/// </summary>
public sealed record OnnxMetadata
{
    /// <summary>The version of the program that writes the model: its producer's version, and <c>version</c>.</summary>
    public required string ProgramVersion { get; init; }

    /// <summary>
    /// What each output of the network means, in their order: <c>class_names</c>, an array in JSON. Left out where there are none.
    /// </summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>The data set the network was trained on: <c>dataset</c>. Left out where it is null.</summary>
    public string? Dataset { get; init; }

    /// <summary>
    /// The share, 0 to 1, of the data set's test images of which the network knows the class: <c>accuracy</c>. Left out where it is null.
    /// </summary>
    public double? Accuracy { get; init; }
}
