namespace CifarFast.Engine.Nn;

/// <summary>Whether a layer's output can have the memory of its first input, and the gradient likewise.</summary>
internal enum InPlaceKind
{
    /// <summary>It cannot.</summary>
    No,

    /// <summary>It can, and leaves the values as they are; the gradient it overwrites.</summary>
    Keeps,

    /// <summary>It can, and then overwrites it.</summary>
    Overwrites,

    /// <summary>It can, and nothing moves: the output is the same numbers under another shape.</summary>
    View,
}
