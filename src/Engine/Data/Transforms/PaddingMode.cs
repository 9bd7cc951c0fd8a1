namespace CifarFast.Engine.Data.Transforms;

/// <summary>What stands outside of an image.</summary>
public enum PaddingMode
{
    /// <summary>The image mirrored at its edge, whose own pixels are not repeated, as PyTorch's <c>reflect</c>.</summary>
    Reflect,

    /// <summary>Zeros.</summary>
    Zeros,
}
