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

    /// <summary><c>Aᵀ·m·A</c> for a panel of gradients of 3×3 filters.</summary>
    /// <param name="inputs">Rows.</param>
    /// <param name="panel">Columns, whole vectors.</param>
    /// <param name="from">Position 0 of the first element.</param>
    /// <param name="row">Floats from a row to the next.</param>
    /// <param name="position">Floats from a position to the next.</param>
    /// <param name="filters">The first tap, whose rows lie one behind the other.</param>
    /// <param name="tap">Floats from a tap to the next.</param>
    public static void FilterGradients(int inputs, int panel, float* from, nint row, nint position, float* filters, nint tap)
    {
        for (int input = 0; input < inputs; input++)
        {
            for (int column = 0; column < panel; column += TSimd.Count)
            {
                float* m = from + column;
                float* filter = filters + column;
                (TVector top0, TVector middle0, TVector bottom0) = FilterGradientLine(m, WinogradTiles.Window * position);
                (TVector top1, TVector middle1, TVector bottom1) = FilterGradientLine(m + position, WinogradTiles.Window * position);
                (TVector top2, TVector middle2, TVector bottom2) = FilterGradientLine(m + (2 * position), WinogradTiles.Window * position);
                (TVector top3, TVector middle3, TVector bottom3) = FilterGradientLine(m + (3 * position), WinogradTiles.Window * position);
                (TVector top4, TVector middle4, TVector bottom4) = FilterGradientLine(m + (4 * position), WinogradTiles.Window * position);
                (TVector top5, TVector middle5, TVector bottom5) = FilterGradientLine(m + (5 * position), WinogradTiles.Window * position);
                StoreFilterGradientLine(top0, top1, top2, top3, top4, top5, filter, tap);
                StoreFilterGradientLine(middle0, middle1, middle2, middle3, middle4, middle5, filter + (3 * tap), tap);
                StoreFilterGradientLine(bottom0, bottom1, bottom2, bottom3, bottom4, bottom5, filter + (6 * tap), tap);
            }

            from += row;
            filters += panel;
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

    /// <summary>Aᵀ for three outputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector Y0, TVector Y1, TVector Y2) FilterGradientLine(TVector m0, TVector m1, TVector m2, TVector m3, TVector m4, TVector m5)
    {
        TVector evenOfA = TSimd.Add(m1, m2);
        TVector oddOfA = TSimd.Subtract(m1, m2);
        TVector evenOfB = TSimd.Add(m3, m4);
        TVector oddOfB = TSimd.Subtract(m3, m4);
        return (
            TSimd.Add(TSimd.Add(m0, evenOfA), evenOfB),
            TSimd.MultiplyAdd(TSimd.Constant(B), oddOfB, TSimd.Multiply(TSimd.Constant(A), oddOfA)),
            TSimd.MultiplyAdd(TSimd.Constant(B2), evenOfB, TSimd.MultiplyAdd(TSimd.Constant(A2), evenOfA, m5)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector Y0, TVector Y1, TVector Y2) FilterGradientLine(float* from, nint step) => FilterGradientLine(
        TSimd.Load(from),
        TSimd.Load(from + step),
        TSimd.Load(from + (2 * step)),
        TSimd.Load(from + (3 * step)),
        TSimd.Load(from + (4 * step)),
        TSimd.Load(from + (5 * step)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreFilterGradientLine(TVector m0, TVector m1, TVector m2, TVector m3, TVector m4, TVector m5, float* to, nint step)
    {
        (TVector y0, TVector y1, TVector y2) = FilterGradientLine(m0, m1, m2, m3, m4, m5);
        TSimd.Store(y0, to);
        TSimd.Store(y1, to + step);
        TSimd.Store(y2, to + (2 * step));
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
    public readonly struct Input : ILineTransform<TVector>
    {
        public static int Rows => WinogradTiles.Window;

        public static int Columns => WinogradTiles.Window;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Store<TSide>(TVector d0, TVector d1, TVector d2, TVector d3, TVector d4, TVector d5, TVector shift, float* to, nint step)
            where TSide : ITileSide
        {
            (TVector a, TVector minusA) = InputOf<PointA>.Of(d1, d2, d3, d4);
            (TVector b, TVector minusB) = InputOf<PointB>.Of(d1, d2, d3, d4);
            (TVector zero, TVector infinity) = InputOfEnds.Of(d0, d1, d2, d3, d4, d5);
            StorePositions<TSide>(zero, a, minusA, b, minusB, infinity, to, step);
        }
    }

    /// <summary>The rows of Bᵀ for a point and its negative.</summary>
    public readonly struct InputOf<TPoint> : IRowPair<TVector>
        where TPoint : IPoint
    {
        public static int FirstRow => TPoint.Row;

        public static int SecondRow => TPoint.Row + 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (TVector First, TVector Second) OfColumn<TSide>(float* from, nint step)
            where TSide : ITileSide => Of(
            TSimd.Load(from + step),
            TSimd.Load(from + (2 * step)),
            TSimd.Load(from + (3 * step)),
            TSimd.Load(from + (4 * step)));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (TVector First, TVector Second) Of(TVector d1, TVector d2, TVector d3, TVector d4)
        {
            TVector even = TSimd.MultiplyAdd(TSimd.Constant(-TPoint.OtherSquare), d2, d4);
            TVector odd = TSimd.MultiplyAdd(TSimd.Constant(-TPoint.OtherSquare), d1, d3);
            return (TSimd.MultiplyAdd(TSimd.Constant(TPoint.Value), odd, even), TSimd.MultiplyAdd(TSimd.Constant(-TPoint.Value), odd, even));
        }
    }

    /// <summary>The rows of Bᵀ for 0 and infinity.</summary>
    public readonly struct InputOfEnds : IRowPair<TVector>
    {
        public static int FirstRow => 0;

        public static int SecondRow => 5;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (TVector First, TVector Second) OfColumn<TSide>(float* from, nint step)
            where TSide : ITileSide => Of(
            TSide.First == 0 ? TSimd.Load(from) : TSimd.Zero,
            TSimd.Load(from + step),
            TSimd.Load(from + (2 * step)),
            TSimd.Load(from + (3 * step)),
            TSimd.Load(from + (4 * step)),
            TSide.End == WinogradTiles.Window ? TSimd.Load(from + (5 * step)) : TSimd.Zero);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (TVector First, TVector Second) Of(TVector d0, TVector d1, TVector d2, TVector d3, TVector d4, TVector d5)
        {
            TVector sum = TSimd.Constant(-(A2 + B2));
            TVector product = TSimd.Constant(A2 * B2);
            return (TSimd.MultiplyAdd(product, d0, TSimd.MultiplyAdd(sum, d2, d4)), TSimd.MultiplyAdd(product, d1, TSimd.MultiplyAdd(sum, d3, d5)));
        }
    }

    /// <summary>Aᵀ for four outputs: row i has pⁱ for each point p, and for infinity 1 in the last one.</summary>
    public readonly struct Output : ILineTransform<TVector>
    {
        public static int Rows => WinogradTiles.Outputs;

        public static int Columns => WinogradTiles.Window;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Store<TSide>(TVector m0, TVector m1, TVector m2, TVector m3, TVector m4, TVector m5, TVector shift, float* to, nint step)
            where TSide : ITileSide
        {
            (TVector y0, TVector y2) = OutputEven.Of(m0, m1, m2, m3, m4, shift);
            (TVector y1, TVector y3) = OutputOdd.Of(m1, m2, m3, m4, m5, shift);
            if (TSide.First == 0)
            {
                TSimd.Store(y0, to);
            }

            TSimd.Store(y1, to + step);
            TSimd.Store(y2, to + (2 * step));
            if (TSide.End == WinogradTiles.Window)
            {
                TSimd.Store(y3, to + (3 * step));
            }
        }
    }

    /// <summary>The even rows of Aᵀ.</summary>
    public readonly struct OutputEven : IRowPair<TVector>
    {
        public static int FirstRow => 0;

        public static int SecondRow => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (TVector First, TVector Second) OfColumn<TSide>(float* from, nint step)
            where TSide : ITileSide => Of(
            TSide.First == 0 ? TSimd.Load(from) : TSimd.Zero,
            TSimd.Load(from + step),
            TSimd.Load(from + (2 * step)),
            TSimd.Load(from + (3 * step)),
            TSimd.Load(from + (4 * step)),
            TSimd.Zero);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (TVector First, TVector Second) Of(TVector m0, TVector m1, TVector m2, TVector m3, TVector m4, TVector shift)
        {
            TVector a = TSimd.Add(m1, m2);
            TVector b = TSimd.Add(m3, m4);
            return (TSimd.Add(TSimd.Add(TSimd.Add(m0, shift), a), b), TSimd.MultiplyAdd(TSimd.Constant(B2), b, TSimd.MultiplyAdd(TSimd.Constant(A2), a, shift)));
        }
    }

    /// <summary>The odd rows of Aᵀ.</summary>
    public readonly struct OutputOdd : IRowPair<TVector>
    {
        public static int FirstRow => 1;

        public static int SecondRow => 3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (TVector First, TVector Second) OfColumn<TSide>(float* from, nint step)
            where TSide : ITileSide => Of(
            TSimd.Load(from + step),
            TSimd.Load(from + (2 * step)),
            TSimd.Load(from + (3 * step)),
            TSimd.Load(from + (4 * step)),
            TSide.End == WinogradTiles.Window ? TSimd.Load(from + (5 * step)) : TSimd.Zero,
            TSimd.Zero);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (TVector First, TVector Second) Of(TVector m1, TVector m2, TVector m3, TVector m4, TVector m5, TVector shift)
        {
            TVector a = TSimd.Subtract(m1, m2);
            TVector b = TSimd.Subtract(m3, m4);
            return (
                TSimd.MultiplyAdd(TSimd.Constant(B), b, TSimd.MultiplyAdd(TSimd.Constant(A), a, shift)),
                TSimd.MultiplyAdd(TSimd.Constant(B3), b, TSimd.MultiplyAdd(TSimd.Constant(A3), a, TSimd.Add(m5, shift))));
        }
    }

    /// <summary>G for four taps: a row (1, p, p², p³) a point p, scaled as for three; for infinity (0, 0, 0, 1).</summary>
    public readonly struct OutputGradient : ILineTransform<TVector>
    {
        public static int Rows => WinogradTiles.Window;

        public static int Columns => WinogradTiles.Outputs;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Store<TSide>(TVector g0, TVector g1, TVector g2, TVector g3, TVector g4, TVector g5, TVector shift, float* to, nint step)
            where TSide : ITileSide
        {
            (TVector a, TVector minusA) = OutputGradientOf<PointA>.Of(g0, g1, g2, g3);
            (TVector b, TVector minusB) = OutputGradientOf<PointB>.Of(g0, g1, g2, g3);
            (TVector zero, TVector infinity) = OutputGradientOfEnds.Of(g0, g3);
            StorePositions<TSide>(zero, a, minusA, b, minusB, infinity, to, step);
        }
    }

    /// <summary>The rows of G for four taps for a point and its negative.</summary>
    public readonly struct OutputGradientOf<TPoint> : IRowPair<TVector>
        where TPoint : IPoint
    {
        public static int FirstRow => TPoint.Row;

        public static int SecondRow => TPoint.Row + 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (TVector First, TVector Second) OfColumn<TSide>(float* from, nint step)
            where TSide : ITileSide => Of(
            TSide.First == 0 ? TSimd.Load(from) : TSimd.Zero,
            TSimd.Load(from + step),
            TSimd.Load(from + (2 * step)),
            TSide.End == WinogradTiles.Window ? TSimd.Load(from + (3 * step)) : TSimd.Zero);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (TVector First, TVector Second) Of(TVector g0, TVector g1, TVector g2, TVector g3)
        {
            TVector even = TSimd.MultiplyAdd(TSimd.Constant((float)(TPoint.Scale * TPoint.Square)), g2, TSimd.Multiply(TSimd.Constant((float)TPoint.Scale), g0));
            TVector odd = TSimd.MultiplyAdd(TSimd.Constant((float)(TPoint.Scale * TPoint.Cube)), g3, TSimd.Multiply(TSimd.Constant((float)(TPoint.Scale * TPoint.Value)), g1));
            return (TSimd.Add(even, odd), TSimd.Subtract(even, odd));
        }
    }

    /// <summary>The rows of G for four taps for 0 and infinity.</summary>
    public readonly struct OutputGradientOfEnds : IRowPair<TVector>
    {
        public static int FirstRow => 0;

        public static int SecondRow => 5;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (TVector First, TVector Second) OfColumn<TSide>(float* from, nint step)
            where TSide : ITileSide => Of(
            TSide.First == 0 ? TSimd.Load(from) : TSimd.Zero,
            TSide.End == WinogradTiles.Window ? TSimd.Load(from + (3 * step)) : TSimd.Zero);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (TVector First, TVector Second) Of(TVector g0, TVector g3) => (TSimd.Multiply(TSimd.Constant((float)Scale0), g0), g3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StorePositions<TSide>(TVector zero, TVector a, TVector minusA, TVector b, TVector minusB, TVector infinity, float* to, nint step)
        where TSide : ITileSide
    {
        if (TSide.First == 0)
        {
            TSimd.Store(zero, to);
        }

        TSimd.Store(a, to + step);
        TSimd.Store(minusA, to + (2 * step));
        TSimd.Store(b, to + (3 * step));
        TSimd.Store(minusB, to + (4 * step));
        if (TSide.End == WinogradTiles.Window)
        {
            TSimd.Store(infinity, to + (5 * step));
        }
    }

    /// <summary>±a.</summary>
    public readonly struct PointA : IPoint
    {
        public static int Row => 1;

        public static float Value => A;

        public static float Square => A2;

        public static float Cube => A3;

        public static float OtherSquare => B2;

        public static double Scale => ScaleA;
    }

    /// <summary>±b.</summary>
    public readonly struct PointB : IPoint
    {
        public static int Row => 3;

        public static float Value => B;

        public static float Square => B2;

        public static float Cube => B3;

        public static float OtherSquare => A2;

        public static double Scale => ScaleB;
    }
}
