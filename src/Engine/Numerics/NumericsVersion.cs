namespace CifarFast.Engine.Numerics;

/// <summary>
/// The order and rounding of all arithmetic of training, as a number: runs of one version have the same weights bit by bit, on every tier
/// and for every number of threads. Whatever changes a bit on purpose makes it the next number.
/// </summary>
/// <remarks>
/// 1: the first version; sums over a batch depended on the tier where channels do not fill its vectors, or where it has no fused multiply-add,
/// and functions such as the exponential on the platform. 2: neither does. 3: convolutions
/// are computed by Winograd's algorithm where it is faster, the gradients of their weights summed in its domain in blocks of 64 or 128 tiles.
/// 4: its tiles fit the image, smaller ones at the end, and what a pooling leaves out is not computed.
/// </remarks>
internal static class NumericsVersion
{
    /// <summary>That of a run which says nothing of it.</summary>
    public const int First = 1;

    /// <summary>That of this program.</summary>
    public const int Current = 4;
}
