using CifarFast.Engine.Kernels.Gemm;

namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>A part of a convolution's product that multiplies no zeros of the border, and where its operands start in the whole's.</summary>
/// <param name="Geometry">Its sizes and strides.</param>
/// <param name="A">Where A starts, in floats.</param>
/// <param name="B">Where B starts, in floats.</param>
/// <param name="C">Where C starts, in floats.</param>
internal readonly record struct GemmPart(GemmGeometry Geometry, nint A, nint B, nint C)
{
    // Thinner tiles and shorter runs would leave the multiply-adders idle for longer than the zeros keep them busy.
    private const int LeastRows = 6;
    private const int LeastSteps = 12;

    /// <summary>
    /// Cuts a product into parts. Its segments are one side of the positions and its runs the taps along that side, all of which
    /// <paramref name="segments"/> covers; rows and steps are the other side, with <paramref name="rowsOfPosition"/> rows of M for a position and
    /// <paramref name="stepsOfTap"/> steps of K for a tap, and <paramref name="rows"/> covers that.
    /// </summary>
    public static GemmPart[] Cut(GemmGeometry whole, TapBand[] segments, TapBand[] rows, int rowsOfPosition, int stepsOfTap)
    {
        TapBand[] uncut = [new TapBand(0, whole.Rows / rowsOfPosition, 0, whole.RunLength / stepsOfTap)];
        return [.. from segment in segments
                   let thinnest = rows.Min(row => Math.Max(segment.Count, row.Count * rowsOfPosition))
                   let shortest = rows.Min(row => row.Taps * stepsOfTap)
                   from row in thinnest < LeastRows || shortest < LeastSteps ? uncut : rows
                   select Of(whole, segment, row, rowsOfPosition, stepsOfTap)];
    }

    private static GemmPart Of(GemmGeometry whole, TapBand segment, TapBand row, int rowsOfPosition, int stepsOfTap)
    {
        int firstRow = row.First * rowsOfPosition;
        int firstStep = row.FirstTap * stepsOfTap;
        GemmGeometry part = whole with
        {
            Segments = segment.Count,
            Rows = row.Count * rowsOfPosition,
            Runs = segment.Taps,
            RunLength = row.Taps * stepsOfTap,
        };
        return new GemmPart(
            part.Rows < part.Segments ? Turned(part) : part,
            (segment.First * whole.ASegment) + (firstRow * whole.ARow) + (segment.FirstTap * whole.ARun) + (firstStep * whole.AStep),
            (segment.FirstTap * whole.BRun) + (firstStep * whole.BStep),
            (segment.First * whole.CSegment) + (firstRow * whole.CRow));
    }

    /// <summary>The same product with rows and segments exchanged: tiles are made of rows, so these should be the many.</summary>
    private static GemmGeometry Turned(GemmGeometry part) => part with
    {
        Segments = part.Rows,
        Rows = part.Segments,
        ASegment = part.ARow,
        ARow = part.ASegment,
        CSegment = part.CRow,
        CRow = part.CSegment,
    };
}
