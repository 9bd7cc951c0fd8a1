using System.Runtime.CompilerServices;
using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>
/// The transforms of minimal filtering (Winograd 1980) in two dimensions as Lavin and Gray 2016, "Fast Algorithms for Convolutional Neural
/// Networks", have it: F(4×4, 3×3), in which a window of 6×6 inputs d and a 3×3 filter g make 4×4 outputs <c>Aᵀ[(G·g·Gᵀ) ⊙ (Bᵀ·d·B)]A</c>,
/// and F(3×3, 4×4), in which the same window and 4×4 output gradients make a 3×3 filter's gradient; ⊙ is one multiplication for each of 36
/// positions. The points are 0, ±5/8, ±3/2 and infinity: they round half as much as 0, ±1, ±2, and are exact in binary. Every transform is the
/// same one-dimensional one over columns and then over rows, a vector of channels at a time: of filters here, of pixels in
/// <see cref="TileTransform{TSimd,TVector,TRows,TColumns}"/>.
/// </summary>
internal static unsafe class WinogradTransform<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private const float A = 5f / 8;
    private const float B = 3f / 2;
    private const float A2 = A * A;
    private const float B2 = B * B;
    private const float A3 = A2 * A;
    private const float B3 = B2 * B;

    // One over the product of the differences from a point to the others.
    private const double Scale0 = 1.0 / (A2 * B2);
    private const double ScaleA = 1.0 / (2.0 * A2 * (A2 - B2));
    private const double ScaleB = 1.0 / (2.0 * B2 * (B2 - A2));

    /// <summary><c>G·g·Gᵀ</c> for one vector of 3×3 filters.</summary>
    /// <param name="filter">The first tap.</param>
    /// <param name="tap">Floats from a tap to the next.</param>
    /// <param name="half">18 vectors of scratch.</param>
    /// <param name="to">Position 0.</param>
    /// <param name="position">Floats from a position to the next.</param>
    public static void Filter(float* filter, nint tap, float* half, float* to, nint position)
    {
        for (int x = 0; x < 3; x++)
        {
            FilterLine(filter + (x * tap), 3 * tap, half + (x * TSimd.Count), 3 * TSimd.Count);
        }

        for (int y = 0; y < 6; y++)
        {
            FilterLine(half + (y * 3 * TSimd.Count), TSimd.Count, to + (y * 6 * position), position);
        }
    }

    /// <summary><c>Aᵀ·m·A</c> for one vector of gradients of 3×3 filters.</summary>
    /// <param name="from">Position 0.</param>
    /// <param name="position">Floats from a position to the next.</param>
    /// <param name="half">18 vectors of scratch.</param>
    /// <param name="filter">The first tap.</param>
    /// <param name="tap">Floats from a tap to the next.</param>
    public static void FilterGradient(float* from, nint position, float* half, float* filter, nint tap)
    {
        for (int x = 0; x < 6; x++)
        {
            FilterGradientLine(from + (x * position), 6 * position, half + (x * TSimd.Count), 6 * TSimd.Count);
        }

        for (int y = 0; y < 3; y++)
        {
            FilterGradientLine(half + (y * 6 * TSimd.Count), TSimd.Count, filter + (y * 3 * tap), tap);
        }
    }

    /// <summary>
    /// Bᵀ, with the points 0, ±a, ±b:
    ///   a²b²     0 -(a²+b²)        0 1 0
    ///      0  -ab²      -b²        a 1 0
    ///      0   ab²      -b²       -a 1 0
    ///      0  -a²b      -a²        b 1 0
    ///      0   a²b      -a²       -b 1 0
    ///      0  a²b²        0 -(a²+b²) 0 1.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void InputLine<TSide>(float* from, nint step, float* to, nint toStep)
        where TSide : ITileSide
    {
        TVector d1 = TSimd.Load(from + step);
        TVector d2 = TSimd.Load(from + (2 * step));
        TVector d3 = TSimd.Load(from + (3 * step));
        TVector d4 = TSimd.Load(from + (4 * step));
        TVector evenOfA = TSimd.MultiplyAdd(TSimd.Constant(-B2), d2, d4);
        TVector oddOfA = TSimd.MultiplyAdd(TSimd.Constant(-B2), d1, d3);
        TVector evenOfB = TSimd.MultiplyAdd(TSimd.Constant(-A2), d2, d4);
        TVector oddOfB = TSimd.MultiplyAdd(TSimd.Constant(-A2), d1, d3);
        TVector sum = TSimd.Constant(-(A2 + B2));
        TVector product = TSimd.Constant(A2 * B2);
        if (TSide.First == 0)
        {
            TSimd.Store(TSimd.MultiplyAdd(product, TSimd.Load(from), TSimd.MultiplyAdd(sum, d2, d4)), to);
        }

        TSimd.Store(TSimd.MultiplyAdd(TSimd.Constant(A), oddOfA, evenOfA), to + toStep);
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Constant(-A), oddOfA, evenOfA), to + (2 * toStep));
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Constant(B), oddOfB, evenOfB), to + (3 * toStep));
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Constant(-B), oddOfB, evenOfB), to + (4 * toStep));
        if (TSide.End == WinogradTiles.Window)
        {
            TSimd.Store(TSimd.MultiplyAdd(product, d1, TSimd.MultiplyAdd(sum, d3, TSimd.Load(from + (5 * step)))), to + (5 * toStep));
        }
    }

    /// <summary>G for three taps: a row (1, p, p²) a point p, over the product of its differences from the others; for infinity (0, 0, 1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FilterLine(float* from, nint step, float* to, nint toStep)
    {
        TVector g0 = TSimd.Load(from);
        TVector g1 = TSimd.Load(from + step);
        TVector g2 = TSimd.Load(from + (2 * step));
        TVector evenOfA = TSimd.MultiplyAdd(TSimd.Constant((float)(ScaleA * A2)), g2, TSimd.Multiply(TSimd.Constant((float)ScaleA), g0));
        TVector evenOfB = TSimd.MultiplyAdd(TSimd.Constant((float)(ScaleB * B2)), g2, TSimd.Multiply(TSimd.Constant((float)ScaleB), g0));
        TSimd.Store(TSimd.Multiply(TSimd.Constant((float)Scale0), g0), to);
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Constant((float)(ScaleA * A)), g1, evenOfA), to + toStep);
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Constant((float)(-ScaleA * A)), g1, evenOfA), to + (2 * toStep));
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Constant((float)(ScaleB * B)), g1, evenOfB), to + (3 * toStep));
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Constant((float)(-ScaleB * B)), g1, evenOfB), to + (4 * toStep));
        TSimd.Store(g2, to + (5 * toStep));
    }

    /// <summary>Aᵀ for four outputs: row i has pⁱ for each point p, and for infinity 1 in the last one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void OutputLine<TSide>(float* from, nint step, TVector shift, float* to, nint toStep)
        where TSide : ITileSide
    {
        TVector m1 = TSimd.Load(from + step);
        TVector m2 = TSimd.Load(from + (2 * step));
        TVector m3 = TSimd.Load(from + (3 * step));
        TVector m4 = TSimd.Load(from + (4 * step));
        TVector evenOfA = TSimd.Add(m1, m2);
        TVector oddOfA = TSimd.Subtract(m1, m2);
        TVector evenOfB = TSimd.Add(m3, m4);
        TVector oddOfB = TSimd.Subtract(m3, m4);
        if (TSide.First == 0)
        {
            TSimd.Store(TSimd.Add(TSimd.Add(TSimd.Add(TSimd.Load(from), shift), evenOfA), evenOfB), to);
        }

        TSimd.Store(TSimd.MultiplyAdd(TSimd.Constant(B), oddOfB, TSimd.MultiplyAdd(TSimd.Constant(A), oddOfA, shift)), to + toStep);
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Constant(B2), evenOfB, TSimd.MultiplyAdd(TSimd.Constant(A2), evenOfA, shift)), to + (2 * toStep));
        if (TSide.End == WinogradTiles.Window)
        {
            TVector last = TSimd.Add(TSimd.Load(from + (5 * step)), shift);
            TSimd.Store(TSimd.MultiplyAdd(TSimd.Constant(B3), oddOfB, TSimd.MultiplyAdd(TSimd.Constant(A3), oddOfA, last)), to + (3 * toStep));
        }
    }

    /// <summary>G for four taps: a row (1, p, p², p³) a point p, scaled as for three; for infinity (0, 0, 0, 1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void OutputGradientLine<TSide>(float* from, nint step, float* to, nint toStep)
        where TSide : ITileSide
    {
        TVector g0 = TSide.First == 0 ? TSimd.Load(from) : TSimd.Zero;
        TVector g1 = TSimd.Load(from + step);
        TVector g2 = TSimd.Load(from + (2 * step));
        TVector g3 = TSide.End == WinogradTiles.Window ? TSimd.Load(from + (3 * step)) : TSimd.Zero;
        TVector evenOfA = TSimd.MultiplyAdd(TSimd.Constant((float)(ScaleA * A2)), g2, TSimd.Multiply(TSimd.Constant((float)ScaleA), g0));
        TVector oddOfA = TSimd.MultiplyAdd(TSimd.Constant((float)(ScaleA * A3)), g3, TSimd.Multiply(TSimd.Constant((float)(ScaleA * A)), g1));
        TVector evenOfB = TSimd.MultiplyAdd(TSimd.Constant((float)(ScaleB * B2)), g2, TSimd.Multiply(TSimd.Constant((float)ScaleB), g0));
        TVector oddOfB = TSimd.MultiplyAdd(TSimd.Constant((float)(ScaleB * B3)), g3, TSimd.Multiply(TSimd.Constant((float)(ScaleB * B)), g1));
        if (TSide.First == 0)
        {
            TSimd.Store(TSimd.Multiply(TSimd.Constant((float)Scale0), g0), to);
        }

        TSimd.Store(TSimd.Add(evenOfA, oddOfA), to + toStep);
        TSimd.Store(TSimd.Subtract(evenOfA, oddOfA), to + (2 * toStep));
        TSimd.Store(TSimd.Add(evenOfB, oddOfB), to + (3 * toStep));
        TSimd.Store(TSimd.Subtract(evenOfB, oddOfB), to + (4 * toStep));
        if (TSide.End == WinogradTiles.Window)
        {
            TSimd.Store(g3, to + (5 * toStep));
        }
    }

    /// <summary>Aᵀ for three outputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FilterGradientLine(float* from, nint step, float* to, nint toStep)
    {
        TVector m1 = TSimd.Load(from + step);
        TVector m2 = TSimd.Load(from + (2 * step));
        TVector m3 = TSimd.Load(from + (3 * step));
        TVector m4 = TSimd.Load(from + (4 * step));
        TVector evenOfA = TSimd.Add(m1, m2);
        TVector oddOfA = TSimd.Subtract(m1, m2);
        TVector evenOfB = TSimd.Add(m3, m4);
        TVector oddOfB = TSimd.Subtract(m3, m4);
        TVector last = TSimd.Load(from + (5 * step));
        TSimd.Store(TSimd.Add(TSimd.Add(TSimd.Load(from), evenOfA), evenOfB), to);
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Constant(B), oddOfB, TSimd.Multiply(TSimd.Constant(A), oddOfA)), to + toStep);
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Constant(B2), evenOfB, TSimd.MultiplyAdd(TSimd.Constant(A2), evenOfA, last)), to + (2 * toStep));
    }
}
