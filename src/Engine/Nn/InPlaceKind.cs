namespace CifarFast.Engine.Nn;

/// <summary>Whether a layer's output can have the memory of its first input, and their gradients one memory, too.</summary>
internal enum InPlaceKind
{
    /// <summary>It cannot.</summary>
    No,

    /// <summary>The output can, as values stay as they are; the gradients lie apart.</summary>
    Keeps,

    /// <summary>It can, and then overwrites it.</summary>
    Overwrites,

    /// <summary>It can, and nothing moves: the output is the same numbers under another shape.</summary>
    View,
}
