using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Gemm;

/// <summary>
/// A matrix product whose right operand lies in panels of columns, on one vector width and one register tile. Who lays out an
/// operand asks how wide the panels are, and calls it through this type once a product: nothing inside a product is virtual.
/// </summary>
internal abstract unsafe class PanelGemm
{
    /// <summary>
    /// Steps of K after which a long product writes C back, so that a panel of B stays in the L2 cache. Each block is a sum of its own,
    /// so another number is another numerics version.
    /// </summary>
    public const int DepthBlock = 512;

    /// <summary>Floats a vector: B is read in whole vectors.</summary>
    public abstract int VectorWidth { get; }

    /// <summary>Columns of a panel of B: the two vectors a tile is wide.</summary>
    public int PanelWidth => 2 * VectorWidth;

    /// <summary>The product of a tier.</summary>
    public static PanelGemm For(SimdTier tier) => SimdTiers.Create<PanelGemm, Factory>(tier, default);

    /// <summary>How many panels hold <paramref name="columns"/> columns.</summary>
    public int Panels(int columns) => (columns + PanelWidth - 1) / PanelWidth;

    /// <summary>
    /// <c>C = bias + A·B</c>, or <c>C += bias + A·B</c> where <see cref="GemmGeometry.Accumulate"/> is set. B must be readable for
    /// whole vectors in every panel; so must <paramref name="bias"/>, which may be null. A, B and C must not overlap.
    /// </summary>
    /// <param name="geometry">Sizes and strides.</param>
    /// <param name="a">Row 0, step 0 of A.</param>
    /// <param name="b">Step 0, column 0 of B.</param>
    /// <param name="bias">One value a column, or null for zeros.</param>
    /// <param name="c">Row 0, column 0 of C.</param>
    /// <param name="paddedC">
    /// Whether C, too, has room for whole vectors in every panel; else exactly <see cref="GemmGeometry.Columns"/> columns are written.
    /// </param>
    public abstract void Multiply(in GemmGeometry geometry, float* a, float* b, float* bias, float* c, bool paddedC);

    /// <summary>
    /// A plain product whose K may be long: <c>C = bias + A·B</c> in blocks of <see cref="DepthBlock"/> steps.
    /// <paramref name="geometry"/> must have one run.
    /// </summary>
    public abstract void MultiplyDeep(GemmGeometry geometry, float* a, float* b, float* bias, float* c, bool paddedC);

    private readonly struct Factory : ISimdFactory<PanelGemm>
    {
        public PanelGemm Create<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct => new TiledGemm<TSimd, TVector>();
    }
}
