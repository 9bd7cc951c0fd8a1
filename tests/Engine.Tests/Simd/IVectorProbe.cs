namespace CifarFast.Engine.Tests.Simd;

/// <summary>The operations of a vector type on whole arrays, without its type argument.</summary>
internal interface IVectorProbe
{
    /// <summary>Floats a vector.</summary>
    int Count { get; }

    /// <summary>Reads a vector of 16-bit numbers and writes it again.</summary>
    void CopyUInt16(ReadOnlySpan<ushort> source, Span<float> numbers, Span<ushort> destination);

    /// <summary>Reads one vector and writes it elsewhere.</summary>
    void Copy(ReadOnlySpan<float> source, Span<float> destination);

    /// <summary>Fills a vector with one float.</summary>
    void Broadcast(ReadOnlySpan<float> source, Span<float> destination);

    /// <summary>Multiplies a vector with one float and adds another vector.</summary>
    void MultiplyAddByScalar(ReadOnlySpan<float> scalar, ReadOnlySpan<float> b, ReadOnlySpan<float> c, Span<float> destination);

    /// <summary>The operation of a name, a vector at a time; <paramref name="c"/> is the third operand of those that have one.</summary>
    float[] Apply(string operation, ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> c);
}
