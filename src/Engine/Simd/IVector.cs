namespace CifarFast.Engine.Simd;

/// <summary>
/// The vector trait the kernels are written against: one generic source, compiled by the JIT once for each tier.
/// Operands are passed as addresses where they lie in memory, because the JIT then folds the load or the broadcast
/// into the arithmetic; a <see langword="float"/> parameter would be moved through a register first.
/// </summary>
internal unsafe interface IVector<TSelf>
    where TSelf : struct, IVector<TSelf>
{
    /// <summary>The tier this vector belongs to.</summary>
    static abstract SimdTier Tier { get; }

    /// <summary>Floats a vector.</summary>
    static abstract int Count { get; }

    /// <summary>All elements zero.</summary>
    static abstract TSelf Zero { get; }

    /// <summary>Reads <see cref="Count"/> floats; no alignment is asked for.</summary>
    static abstract TSelf Load(float* source);

    /// <summary>Reads one float into all elements.</summary>
    static abstract TSelf Broadcast(float* source);

    /// <summary>Writes <see cref="Count"/> floats; no alignment is asked for.</summary>
    static abstract void Store(TSelf value, float* destination);

    /// <summary><c>a·b + c</c>, rounded once where the tier has a fused instruction.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary><c>a + b</c>.</summary>
    static abstract TSelf Add(TSelf a, TSelf b);

    /// <summary><c>a - b</c>.</summary>
    static abstract TSelf Subtract(TSelf a, TSelf b);

    /// <summary><c>a · b</c>.</summary>
    static abstract TSelf Multiply(TSelf a, TSelf b);

    /// <summary>The larger of each pair of elements; NaN where either is NaN.</summary>
    static abstract TSelf Max(TSelf a, TSelf b);

    /// <summary><paramref name="value"/> where <paramref name="control"/> is greater than zero, zero elsewhere.</summary>
    static abstract TSelf WhereGreaterThanZero(TSelf control, TSelf value);

    /// <summary><paramref name="value"/> where <paramref name="left"/> equals <paramref name="right"/>, zero elsewhere.</summary>
    static abstract TSelf WhereEqual(TSelf left, TSelf right, TSelf value);
}
