namespace CifarFast.Engine.Kernels.Gemm;

/// <summary>A number as a type, so that the JIT compiles it in: C# has no constant type arguments.</summary>
internal interface ICount
{
    /// <summary>The number.</summary>
    static abstract int Value { get; }
}
