using System.Runtime.CompilerServices;
using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>
/// The three transforms of F(4×4, 3×3): minimal filtering (Winograd 1980) in two dimensions as Lavin and Gray 2016, "Fast Algorithms
/// for Convolutional Neural Networks", §4.3, have it, with their points 0, ±1, ±2 and infinity. A tile of 6×6 inputs d and a 3×3
/// filter g make 4×4 outputs <c>Aᵀ[(G·g·Gᵀ) ⊙ (Bᵀ·d·B)]A</c>, where ⊙ is one multiplication for each of 36 positions. Every
/// transform is the same one-dimensional one over columns and then over rows, a vector of channels at a time.
/// </summary>
internal static unsafe class WinogradTransform<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>
    /// <c>Bᵀ·d·B</c> for whole vectors of channels, from channel <paramref name="first"/> on; returns the channel it did not come to.
    /// </summary>
    /// <param name="image">Channel 0 of the tile's first pixel; 6×6 pixels are read.</param>
    /// <param name="row">Floats from a row to the next.</param>
    /// <param name="pixel">Floats from a pixel to the next.</param>
    /// <param name="first">The first channel.</param>
    /// <param name="channels">The end of the channels.</param>
    /// <param name="half">36 vectors of scratch.</param>
    /// <param name="to">Channel 0 of position 0.</param>
    /// <param name="position">Floats from a position to the next.</param>
    public static int Input(float* image, nint row, nint pixel, int first, int channels, float* half, float* to, nint position)
    {
        int channel = first;
        for (; channel <= channels - TSimd.Count; channel += TSimd.Count)
        {
            for (int x = 0; x < 6; x++)
            {
                InputLine(image + channel + (x * pixel), row, half + (x * TSimd.Count), 6 * TSimd.Count);
            }

            for (int y = 0; y < 6; y++)
            {
                InputLine(half + (y * 6 * TSimd.Count), TSimd.Count, to + channel + (y * 6 * position), position);
            }
        }

        return channel;
    }

    /// <summary><c>G·g·Gᵀ</c> for one vector of filters.</summary>
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

    /// <summary>
    /// <c>Aᵀ·m·A</c> + bias for whole vectors of channels, from channel <paramref name="first"/> on; returns the channel it did not
    /// come to.
    /// </summary>
    /// <param name="from">Channel 0 of position 0.</param>
    /// <param name="position">Floats from a position to the next.</param>
    /// <param name="bias">One value a channel.</param>
    /// <param name="first">The first channel.</param>
    /// <param name="channels">The end of the channels.</param>
    /// <param name="half">24 vectors of scratch.</param>
    /// <param name="image">Channel 0 of the tile's first pixel; 4×4 pixels are written.</param>
    /// <param name="row">Floats from a row to the next.</param>
    /// <param name="pixel">Floats from a pixel to the next.</param>
    public static int Output(float* from, nint position, float* bias, int first, int channels, float* half, float* image, nint row, nint pixel)
    {
        int channel = first;
        for (; channel <= channels - TSimd.Count; channel += TSimd.Count)
        {
            for (int x = 0; x < 6; x++)
            {
                OutputLine(from + channel + (x * position), 6 * position, TSimd.Zero, half + (x * TSimd.Count), 6 * TSimd.Count);
            }

            TVector shift = TSimd.Load(bias + channel);
            for (int y = 0; y < 4; y++)
            {
                OutputLine(half + (y * 6 * TSimd.Count), TSimd.Count, shift, image + channel + (y * row), pixel);
            }
        }

        return channel;
    }

    /// <summary>
    /// Bᵀ:  4  0 -5  0  1  0
    ///      0 -4 -4  1  1  0
    ///      0  4 -4 -1  1  0
    ///      0 -2 -1  2  1  0
    ///      0  2 -1 -2  1  0
    ///      0  4  0 -5  0  1.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void InputLine(float* from, nint step, float* to, nint toStep)
    {
        TVector d1 = TSimd.Load(from + step);
        TVector d2 = TSimd.Load(from + (2 * step));
        TVector d3 = TSimd.Load(from + (3 * step));
        TVector d4 = TSimd.Load(from + (4 * step));
        TVector minusFour = TSimd.Constant(-4);
        TVector evenOfOnes = TSimd.MultiplyAdd(minusFour, d2, d4);
        TVector oddOfOnes = TSimd.MultiplyAdd(minusFour, d1, d3);
        TVector evenOfTwos = TSimd.Subtract(d4, d2);
        TVector oddOfTwos = TSimd.Subtract(d3, d1);
        TVector four = TSimd.Constant(4);
        TVector minusFive = TSimd.Constant(-5);
        TSimd.Store(TSimd.MultiplyAdd(four, TSimd.Load(from), TSimd.MultiplyAdd(minusFive, d2, d4)), to);
        TSimd.Store(TSimd.Add(evenOfOnes, oddOfOnes), to + toStep);
        TSimd.Store(TSimd.Subtract(evenOfOnes, oddOfOnes), to + (2 * toStep));
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Constant(2), oddOfTwos, evenOfTwos), to + (3 * toStep));
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Constant(-2), oddOfTwos, evenOfTwos), to + (4 * toStep));
        TSimd.Store(TSimd.MultiplyAdd(four, d1, TSimd.MultiplyAdd(minusFive, d3, TSimd.Load(from + (5 * step)))), to + (5 * toStep));
    }

    /// <summary>
    /// G:  1/4    0    0
    ///    -1/6 -1/6 -1/6
    ///    -1/6  1/6 -1/6
    ///    1/24 1/12  1/6
    ///    1/24 -1/12 1/6
    ///       0    0    1.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FilterLine(float* from, nint step, float* to, nint toStep)
    {
        TVector g0 = TSimd.Load(from);
        TVector g1 = TSimd.Load(from + step);
        TVector g2 = TSimd.Load(from + (2 * step));
        TVector minusSixth = TSimd.Constant(-1f / 6);
        TVector evenOfOnes = TSimd.MultiplyAdd(minusSixth, TSimd.Add(g0, g2), TSimd.Zero);
        TVector evenOfTwos = TSimd.MultiplyAdd(
            TSimd.Constant(1f / 24), g0, TSimd.MultiplyAdd(TSimd.Constant(1f / 6), g2, TSimd.Zero));
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Constant(1f / 4), g0, TSimd.Zero), to);
        TSimd.Store(TSimd.MultiplyAdd(minusSixth, g1, evenOfOnes), to + toStep);
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Constant(1f / 6), g1, evenOfOnes), to + (2 * toStep));
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Constant(1f / 12), g1, evenOfTwos), to + (3 * toStep));
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Constant(-1f / 12), g1, evenOfTwos), to + (4 * toStep));
        TSimd.Store(g2, to + (5 * toStep));
    }

    /// <summary>
    /// Aᵀ: 1 1  1 1  1 0
    ///     0 1 -1 2 -2 0
    ///     0 1  1 4  4 0
    ///     0 1 -1 8 -8 1.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OutputLine(float* from, nint step, TVector shift, float* to, nint toStep)
    {
        TVector m1 = TSimd.Load(from + step);
        TVector m2 = TSimd.Load(from + (2 * step));
        TVector m3 = TSimd.Load(from + (3 * step));
        TVector m4 = TSimd.Load(from + (4 * step));
        TVector evenOfOnes = TSimd.Add(TSimd.Add(m1, m2), shift);
        TVector oddOfOnes = TSimd.Add(TSimd.Subtract(m1, m2), shift);
        TVector evenOfTwos = TSimd.Add(m3, m4);
        TVector oddOfTwos = TSimd.Subtract(m3, m4);
        TSimd.Store(TSimd.Add(TSimd.Add(TSimd.Load(from), evenOfOnes), evenOfTwos), to);
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Constant(2), oddOfTwos, oddOfOnes), to + toStep);
        TSimd.Store(TSimd.MultiplyAdd(TSimd.Constant(4), evenOfTwos, evenOfOnes), to + (2 * toStep));
        TSimd.Store(
            TSimd.MultiplyAdd(TSimd.Constant(8), oddOfTwos, TSimd.Add(oddOfOnes, TSimd.Load(from + (5 * step)))), to + (3 * toStep));
    }
}
