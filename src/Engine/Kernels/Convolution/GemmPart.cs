using CifarFast.Engine.Kernels.Gemm;

namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>A part of a convolution's product, cut so that it multiplies few zeros of the border, and where its operands start in the whole's.</summary>
/// <param name="Geometry">Its sizes and strides.</param>
/// <param name="A">Where A starts, in floats.</param>
/// <param name="B">Where B starts, in floats.</param>
/// <param name="C">Where C starts, in floats.</param>
internal readonly unsafe record struct GemmPart(GemmGeometry Geometry, nint A, nint B, nint C)
{
    // Thinner tiles and shorter runs would leave the multiply-adders idle for longer than the zeros keep them busy.
    private const int LeastRows = 6;
    private const int LeastSteps = 12;

    /// <summary>
    /// Cuts a product into parts. Positions and taps along one side of the image are its segments and runs, and
    /// <paramref name="alongSegments"/> has their bands; those along the other are its rows and steps, <paramref name="rowsOfPosition"/> rows
    /// for a position and <paramref name="stepsOfTap"/> steps for a tap, and <paramref name="alongRows"/> has their bands.
    /// </summary>
    public static GemmPart[] Cut(GemmGeometry whole, PaddingBand[] alongSegments, PaddingBand[] alongRows, int rowsOfPosition, int stepsOfTap)
    {
        PaddingBand[] uncut = [new PaddingBand(0, whole.Rows / rowsOfPosition, 0, whole.RunLength / stepsOfTap)];
        return [.. from segment in alongSegments
                   let thinnest = alongRows.Min(row => Math.Max(segment.Count, row.Count * rowsOfPosition))
                   let shortest = alongRows.Min(row => row.Taps * stepsOfTap)
                   from row in thinnest < LeastRows || shortest < LeastSteps ? uncut : alongRows
                   select Of(whole, segment, row, rowsOfPosition, stepsOfTap)];
    }

    /// <summary>Computes a product part by part: <c>C = bias + A·B</c>, or what <paramref name="accumulation"/> says.</summary>
    public static void Multiply(PanelGemm gemm, GemmPart[] parts, float* a, float* b, float* bias, float* c, Accumulation accumulation, bool paddedC)
    {
        foreach (GemmPart part in parts)
        {
            gemm.Multiply(With(part.Geometry, accumulation), a + part.A, b + part.B, bias, c + part.C, paddedC);
        }
    }

    /// <summary>A product whose result goes where <paramref name="accumulation"/> says.</summary>
    public static GemmGeometry With(GemmGeometry geometry, Accumulation accumulation) => geometry with
    {
        Accumulate = accumulation == Accumulation.Add,
        Continue = accumulation == Accumulation.Continue,
    };

    private static GemmPart Of(GemmGeometry whole, PaddingBand segment, PaddingBand row, int rowsOfPosition, int stepsOfTap)
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
