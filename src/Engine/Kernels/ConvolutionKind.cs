namespace CifarFast.Engine.Kernels;

/// <summary>How the fast kernels compute the outputs of a convolution. Gradients are computed in one way only.</summary>
public enum ConvolutionKind
{
    /// <summary>Winograd where nothing is learnt, direct in training.</summary>
    Auto,

    /// <summary>Every product of the definition is made and added up.</summary>
    Direct,

    /// <summary>
    /// Winograd's minimal filtering where it applies and pays, direct elsewhere: a quarter of the multiplications, rounded about ten
    /// times as coarsely.
    /// </summary>
    Winograd,
}
