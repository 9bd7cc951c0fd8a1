namespace CifarFast.Engine.Kernels;

/// <summary>What becomes of what is in memory where a sum goes.</summary>
internal enum Accumulation
{
    /// <summary>It is overwritten.</summary>
    Overwrite,

    /// <summary>The sum, which begins with zero, is added to it.</summary>
    Add,

    /// <summary>The sum begins with it: the same bits as one longer sum.</summary>
    Continue,
}
