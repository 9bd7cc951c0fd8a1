using CifarFast.Engine.Kernels.Gemm;

namespace CifarFast.Engine.Tests.Kernels.Gemm;

/// <summary>The matrix product of a tier, on spans, without its type argument.</summary>
internal interface IGemm
{
    /// <summary>Floats a vector.</summary>
    int VectorWidth { get; }

    /// <summary>Columns of a panel of B.</summary>
    int PanelWidth { get; }

    /// <summary><see cref="TiledGemm{TVector}.Multiply"/>.</summary>
    void Multiply(in GemmGeometry geometry, ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> bias, Span<float> c, bool paddedC);

    /// <summary><see cref="TiledGemm{TVector}.MultiplyDeep"/>.</summary>
    void MultiplyDeep(in GemmGeometry geometry, ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> bias, Span<float> c, bool paddedC);
}
