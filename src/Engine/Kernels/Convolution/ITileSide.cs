namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>A <see cref="TileSide"/> as a type argument, for which the JIT compiles code of its own.</summary>
internal interface ITileSide
{
    /// <summary>The first position, and the first output.</summary>
    static abstract int First { get; }

    /// <summary>The position behind the last one.</summary>
    static abstract int End { get; }
}

/// <summary>A whole tile.</summary>
internal readonly struct FourOutputs : ITileSide
{
    public static int First => 0;

    public static int End => WinogradTiles.Window;
}

/// <summary>A tile that lacks its first output.</summary>
internal readonly struct ThreeOutputs : ITileSide
{
    public static int First => 1;

    public static int End => WinogradTiles.Window;
}

/// <summary>A tile that lacks its first and its last output.</summary>
internal readonly struct TwoOutputs : ITileSide
{
    public static int First => 1;

    public static int End => WinogradTiles.Window - 1;
}
