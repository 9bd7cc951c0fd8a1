using CifarFast.Engine.Kernels.Gemm;
using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Tests.Kernels.Gemm;

/// <summary>Hands spans to the matrix product of a tier, which takes addresses.</summary>
internal sealed unsafe class SpanGemm<TVector> : IGemm
    where TVector : struct, IVector<TVector>
{
    public int VectorWidth => TVector.Count;

    public int PanelWidth => TiledGemm<TVector>.PanelWidth;

    public void Multiply(
        in GemmGeometry geometry, ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> bias, Span<float> c, bool paddedC)
    {
        fixed (float* left = a, right = b, start = bias, result = c)
        {
            TiledGemm<TVector>.Multiply(geometry, left, right, start, result, paddedC);
        }
    }

    public void MultiplyDeep(
        in GemmGeometry geometry, ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> bias, Span<float> c, bool paddedC)
    {
        fixed (float* left = a, right = b, start = bias, result = c)
        {
            TiledGemm<TVector>.MultiplyDeep(geometry, left, right, start, result, paddedC);
        }
    }
}
