namespace CifarFast.Engine.Kernels;

/// <summary>How the fast kernels compute convolutions. Each choice gives bits of its own, which are the same on every tier.</summary>
public enum ConvolutionKind
{
    /// <summary>Each pass by what was measured to be the fastest for its sizes.</summary>
    Auto,

    /// <summary>Every product of the definition that is not known to be zero is made and added up.</summary>
    Direct,

    /// <summary>
    /// Winograd's minimal filtering wherever it applies, direct elsewhere: a quarter of the multiplications, rounded about five times as
    /// coarsely.
    /// </summary>
    Winograd,
}
