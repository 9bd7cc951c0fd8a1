namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>A point of Winograd's algorithm and its negative, as a type argument: its powers are constants to the JIT.</summary>
internal interface IPoint
{
    /// <summary>The position of the point; that of its negative is the next one.</summary>
    static abstract int Row { get; }

    /// <summary>The point.</summary>
    static abstract float Value { get; }

    /// <summary>Its square.</summary>
    static abstract float Square { get; }

    /// <summary>Its third power.</summary>
    static abstract float Cube { get; }

    /// <summary>The square of the other point.</summary>
    static abstract float OtherSquare { get; }

    /// <summary>One over the product of its differences from all other points.</summary>
    static abstract double Scale { get; }
}
