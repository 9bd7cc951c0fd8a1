namespace CifarFast.Engine.Simd;

/// <summary>
/// The vector trait the kernels are written against: one generic source, compiled by the JIT once for each tier. It stands beside
/// the vector type rather than around it, because values of a struct that wraps a vector lose it the fused form of multiply-add
/// that overwrites the addend: every second one then costs a copy. Operands are passed as addresses where they lie in memory,
/// because the JIT then folds the load or the broadcast into the arithmetic; a <see langword="float"/> parameter would be moved
/// through a register first.
/// </summary>
/// <typeparam name="TVector">The vector: <see langword="float"/>, or one of System.Runtime.Intrinsics.</typeparam>
internal unsafe interface ISimd<TVector>
    where TVector : struct
{
    /// <summary>The tier this vector belongs to.</summary>
    static abstract SimdTier Tier { get; }

    /// <summary>Floats a vector.</summary>
    static abstract int Count { get; }

    /// <summary>All elements zero.</summary>
    static abstract TVector Zero { get; }

    /// <summary>Reads <see cref="Count"/> floats; no alignment is asked for.</summary>
    static abstract TVector Load(float* source);

    /// <summary>Reads one float into all elements.</summary>
    static abstract TVector Broadcast(float* source);

    /// <summary>
    /// Reads one float to multiply vectors with (<see cref="MultiplyAddByScalar"/>). Where the CPU multiplies by one element of a vector, that is
    /// all it reads; elsewhere it is <see cref="Broadcast"/>.
    /// </summary>
    static abstract TVector LoadScalar(float* source);

    /// <summary>All elements the same number, which should be a constant, or stay the same in a loop: the JIT then makes the vector once.</summary>
    static abstract TVector Constant(float value);

    /// <summary>Writes <see cref="Count"/> floats; no alignment is asked for.</summary>
    static abstract void Store(TVector value, float* destination);

    /// <summary><c>a·b + c</c>, rounded once on every tier: slow where the CPU has no such instruction.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    /// <summary><c>a·b + c</c>, rounded once, where <paramref name="a"/> is what <see cref="LoadScalar"/> made of a float.</summary>
    static abstract TVector MultiplyAddByScalar(TVector a, TVector b, TVector c);

    /// <summary><c>a + b</c>.</summary>
    static abstract TVector Add(TVector a, TVector b);

    /// <summary><c>a - b</c>.</summary>
    static abstract TVector Subtract(TVector a, TVector b);

    /// <summary><c>a · b</c>.</summary>
    static abstract TVector Multiply(TVector a, TVector b);

    /// <summary><c>a / b</c>.</summary>
    static abstract TVector Divide(TVector a, TVector b);

    /// <summary>The square root, correctly rounded.</summary>
    static abstract TVector Sqrt(TVector value);

    /// <summary>The magnitude of each element; a NaN stays one.</summary>
    static abstract TVector Abs(TVector value);

    /// <summary>The larger of each pair of elements; NaN where either is NaN.</summary>
    static abstract TVector Max(TVector a, TVector b);

    /// <summary>What of each element lies between two limits, themselves no NaN; an element that is NaN stays one.</summary>
    static abstract TVector Clamp(TVector value, TVector lowest, TVector highest);

    /// <summary>
    /// <c>value · 2^exponent</c>, rounded once, for values of magnitude ½ to 2 and whole exponents between -250 and 250; a NaN stays one.
    /// </summary>
    static abstract TVector ScaleByPowerOfTwo(TVector value, TVector exponent);

    /// <summary><paramref name="value"/> where <paramref name="control"/> is greater than zero, zero elsewhere.</summary>
    static abstract TVector WhereGreaterThanZero(TVector control, TVector value);

    /// <summary><paramref name="value"/> where <paramref name="control"/> is greater than zero, <paramref name="otherwise"/> elsewhere.</summary>
    static abstract TVector SelectGreaterThanZero(TVector control, TVector value, TVector otherwise);

    /// <summary><paramref name="value"/> where <paramref name="left"/> equals <paramref name="right"/>, zero elsewhere.</summary>
    static abstract TVector WhereEqual(TVector left, TVector right, TVector value);

    /// <summary><paramref name="value"/> where <paramref name="left"/> equals <paramref name="right"/>, <paramref name="otherwise"/> elsewhere.</summary>
    static abstract TVector SelectEqual(TVector left, TVector right, TVector value, TVector otherwise);

    /// <summary>Reads whole numbers, 16 bits each.</summary>
    static abstract TVector LoadUInt16(ushort* source);

    /// <summary>Writes elements that are whole numbers from 0 to 65,535, 16 bits each.</summary>
    static abstract void StoreUInt16(TVector value, ushort* destination);
}
