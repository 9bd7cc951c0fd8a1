namespace CifarFast.Engine.Kernels.Gemm;

/// <summary>
/// Where the operands of <c>C (+)= A·B</c> lie. M is <see cref="Segments"/> of <see cref="Rows"/> rows and K is <see cref="Runs"/>
/// of <see cref="RunLength"/> steps, because that is what an im2col matrix over a zero-padded channels-last image is: an output
/// image row is a segment, a kernel row is a run, and every element lies at a fixed stride from the last. So the im2col matrix
/// is a view and never stored. A plain matrix is one segment and one run. All strides count floats.
/// </summary>
internal record struct GemmGeometry
{
    /// <summary>How many segments M has.</summary>
    public int Segments { get; set; }

    /// <summary>How many rows a segment has.</summary>
    public int Rows { get; set; }

    /// <summary>How many columns B and C have.</summary>
    public int Columns { get; set; }

    /// <summary>How many runs K has.</summary>
    public int Runs { get; set; }

    /// <summary>How many steps a run has.</summary>
    public int RunLength { get; set; }

    /// <summary>From a segment to the next in A.</summary>
    public nint ASegment { get; set; }

    /// <summary>From a row to the next in A.</summary>
    public nint ARow { get; set; }

    /// <summary>From a run to the next in A.</summary>
    public nint ARun { get; set; }

    /// <summary>From a step to the next in A.</summary>
    public nint AStep { get; set; }

    /// <summary>From a panel of columns to the next in B.</summary>
    public nint BPanel { get; set; }

    /// <summary>From a run to the next in B.</summary>
    public nint BRun { get; set; }

    /// <summary>From a step to the next in B.</summary>
    public nint BStep { get; set; }

    /// <summary>From a panel of columns to the next in C.</summary>
    public nint CPanel { get; set; }

    /// <summary>From a segment to the next in C.</summary>
    public nint CSegment { get; set; }

    /// <summary>From a row to the next in C.</summary>
    public nint CRow { get; set; }

    /// <summary>Whether the product is added to C; else C is overwritten.</summary>
    public bool Accumulate { get; set; }

    /// <summary>Whether sums begin with C, in place of bias or zero.</summary>
    public bool Continue { get; set; }
}
