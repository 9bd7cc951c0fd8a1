using CifarFast.Engine.Kernels.Gemm;

namespace CifarFast.Engine.Tests.Kernels.Gemm;

/// <summary>Hands spans to a matrix product, which takes addresses.</summary>
internal sealed unsafe class SpanGemm(PanelGemm gemm)
{
    /// <summary>Floats a vector.</summary>
    public int VectorWidth => gemm.VectorWidth;

    /// <summary>Columns of a panel of B.</summary>
    public int PanelWidth => gemm.PanelWidth;

    /// <summary><see cref="PanelGemm.Multiply"/>.</summary>
    public void Multiply(
        in GemmGeometry geometry, ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> bias, Span<float> c, bool paddedC)
    {
        fixed (float* left = a, right = b, start = bias, result = c)
        {
            gemm.Multiply(geometry, left, right, start, result, paddedC);
        }
    }

    /// <summary><see cref="PanelGemm.MultiplyDeep"/>.</summary>
    public void MultiplyDeep(
        in GemmGeometry geometry, ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> bias, Span<float> c, bool paddedC)
    {
        fixed (float* left = a, right = b, start = bias, result = c)
        {
            gemm.MultiplyDeep(geometry, left, right, start, result, paddedC);
        }
    }
}
