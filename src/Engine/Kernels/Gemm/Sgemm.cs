using System.Runtime.CompilerServices;
using CifarFast.Engine.Tensors;
using CommunityToolkit.HighPerformance;
using Microsoft.Extensions.ObjectPool;

namespace CifarFast.Engine.Kernels.Gemm;

/// <summary>
/// Single-precision general matrix multiply, BLAS's <c>sgemm</c> for row-major matrices with alpha 1 and beta 0 or 1, blocked for
/// the caches as Goto and van de Geijn ("Anatomy of High-Performance Matrix Multiplication", 2008) describe: for each block of K
/// all of B is packed into panels, and each task takes a block of rows of A past them. The result is bitwise the same for every
/// number of threads. An object keeps its buffers from call to call and serves one call at a time.
/// </summary>
public sealed unsafe class Sgemm
{
    /// <summary>A row stride that is a multiple of 1 KiB would put the rows of a tile into the same few sets of the L1 cache.</summary>
    private const int AliasingStride = 1024 / sizeof(float);

    private readonly ExecutionOptions _execution;
    private readonly PanelGemm _gemm;
    private readonly RegisterTile _tile;
    private readonly ParallelLoop _loop;
    private readonly ObjectPool<AlignedBuffer> _blocks;
    private readonly Action<int> _packPanel;
    private readonly Action<int> _multiplyRows;
    private AlignedBuffer _packed = new(0);
    private Operand _a;
    private Operand _b;
    private Operand _c;
    private int _rows;
    private int _columns;
    private int _rowBlocks;
    private int _step;
    private int _depth;
    private bool _accumulate;

    /// <summary>Prepares to multiply on the tier and the threads of <paramref name="execution"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number of threads is not positive.</exception>
    public Sgemm(ExecutionOptions execution)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(execution.Threads, nameof(execution));
        _execution = execution;
        _gemm = PanelGemm.For(execution.Tier);
        _tile = RegisterTile.For(execution.Tier);
        _loop = new ParallelLoop(execution.Threads);
        _blocks = new DefaultObjectPool<AlignedBuffer>(new BlockPolicy(_tile), execution.Threads);
        _packPanel = PackPanel;
        _multiplyRows = MultiplyRows;
    }

    /// <summary><c>C = op(A)·op(B)</c>, or <c>C += op(A)·op(B)</c>.</summary>
    /// <param name="a">M × K, or K × M where <paramref name="transposeA"/> is set.</param>
    /// <param name="b">K × N, or N × K where <paramref name="transposeB"/> is set.</param>
    /// <param name="c">M × N; overlaps neither of the others.</param>
    /// <param name="transposeA">Whether A is to be read transposed.</param>
    /// <param name="transposeB">Whether B is to be read transposed.</param>
    /// <param name="accumulate">Whether the product is added to C; else C is overwritten.</param>
    /// <exception cref="ArgumentException">The sizes do not fit together.</exception>
    public void Multiply(
        ReadOnlySpan2D<float> a,
        ReadOnlySpan2D<float> b,
        Span2D<float> c,
        bool transposeA = false,
        bool transposeB = false,
        bool accumulate = false)
    {
        (int rows, int depth) = transposeA ? (a.Width, a.Height) : (a.Height, a.Width);
        (int depthOfB, int columns) = transposeB ? (b.Width, b.Height) : (b.Height, b.Width);
        if (depth != depthOfB || rows != c.Height || columns != c.Width)
        {
            throw new ArgumentException($"{rows}×{depth} times {depthOfB}×{columns} does not give {c.Height}×{c.Width}", nameof(c));
        }

        if (rows == 0 || columns == 0)
        {
            return;
        }

        if (depth == 0)
        {
            if (!accumulate)
            {
                c.Clear();
            }

            return;
        }

        (_rows, _columns) = (rows, columns);
        fixed (float* pointerA = &a.DangerousGetReference(), pointerB = &b.DangerousGetReference(), pointerC = &c.DangerousGetReference())
        {
            _a = new Operand(pointerA, Stride(a), transposeA);
            _b = new Operand(pointerB, Stride(b), transposeB);
            _c = new Operand(pointerC, Stride(c), Transposed: false);
            Run(depth, accumulate);
        }
    }

    private void Run(int depth, bool accumulate)
    {
        int panels = _gemm.Panels(_columns);
        int block = Math.Min(PanelGemm.DepthBlock, depth);
        int packed = checked(panels * _gemm.PanelWidth * block);
        if (_packed.Length < packed)
        {
            _packed = new AlignedBuffer(packed);
        }

        // Blocks of rows of almost the same height: as many as fit the cache ask for, and more if threads then share them evenly.
        int threads = _execution.Threads;
        int blocks = (_rows + _tile.RowBlock - 1) / _tile.RowBlock;
        int tiles = (_rows + _tile.MaxRows - 1) / _tile.MaxRows;
        _rowBlocks = Math.Min((blocks + threads - 1) / threads * threads, tiles);
        for (_step = 0; _step < depth; _step += block)
        {
            _depth = Math.Min(block, depth - _step);
            _accumulate = accumulate || _step > 0;
            _loop.Run(panels, _packPanel);
            _loop.Run(_rowBlocks, _multiplyRows);
        }
    }

    private static nint Stride(ReadOnlySpan2D<float> matrix) => matrix.Height < 2
        ? matrix.Width
        : Unsafe.ByteOffset(in matrix.DangerousGetReferenceAt(0, 0), in matrix.DangerousGetReferenceAt(1, 0)) / sizeof(float);

    private void PackPanel(int panel)
    {
        int width = _gemm.PanelWidth;
        int first = panel * width;
        int columns = Math.Min(width, _columns - first);
        Span<float> packed = _packed.Span.Slice(first * _depth, width * _depth);
        for (int k = 0; k < _depth; k++)
        {
            Span<float> row = packed.Slice(k * width, width);
            row[columns..].Clear();
            if (_b.Transposed)
            {
                float* from = _b.Start + (first * _b.Stride) + _step + k;
                for (int column = 0; column < columns; column++)
                {
                    row[column] = from[column * _b.Stride];
                }
            }
            else
            {
                new ReadOnlySpan<float>(_b.Start + ((_step + k) * _b.Stride) + first, columns).CopyTo(row);
            }
        }
    }

    private void MultiplyRows(int task)
    {
        int first = (int)((long)_rows * task / _rowBlocks);
        int rows = (int)((long)_rows * (task + 1) / _rowBlocks) - first;
        float* a = _a.Start + (_a.Transposed ? (_step * _a.Stride) + first : (first * _a.Stride) + _step);
        nint stride = _a.Stride;
        AlignedBuffer? block = null;
        if (stride % AliasingStride == 0)
        {
            block = _blocks.Get();
            (int lines, int length) = _a.Transposed ? (_depth, rows) : (rows, _depth);
            stride = Copy(a, lines, length, block);
            a = block.Pointer;
        }

        var product = new GemmGeometry
        {
            Segments = 1,
            Rows = rows,
            Columns = _columns,
            Runs = 1,
            RunLength = _depth,
            ARow = _a.Transposed ? 1 : stride,
            AStep = _a.Transposed ? stride : 1,
            BPanel = (nint)_gemm.PanelWidth * _depth,
            BStep = _gemm.PanelWidth,
            CPanel = _gemm.PanelWidth,
            CRow = _c.Stride,
            Accumulate = _accumulate,
        };
        _gemm.Multiply(product, a, _packed.Pointer, null, _c.Start + (first * _c.Stride), paddedC: false);
        if (block is not null)
        {
            _blocks.Return(block);
        }
    }

    /// <summary>Copies lines of A to where they lie a stride apart that does not alias, and returns that stride.</summary>
    private nint Copy(float* from, int lines, int length, AlignedBuffer block)
    {
        int stride = StrideOfBlock(length);
        for (int line = 0; line < lines; line++)
        {
            new ReadOnlySpan<float>(from + (line * _a.Stride), length).CopyTo(block.Span[(line * stride)..]);
        }

        return stride;
    }

    /// <summary>Whole cache lines, an odd number of them.</summary>
    private static int StrideOfBlock(int length) => AlignedBuffer.WholeLines(length) | AlignedBuffer.CacheLine;

    private readonly record struct Operand(nint Address, nint Stride, bool Transposed)
    {
        public Operand(float* start, nint Stride, bool Transposed)
            : this((nint)start, Stride, Transposed)
        {
        }

        public float* Start => (float*)Address;
    }

    private sealed class BlockPolicy(RegisterTile tile) : PooledObjectPolicy<AlignedBuffer>
    {
        public override AlignedBuffer Create() => new(Math.Max(
            tile.RowBlock * StrideOfBlock(PanelGemm.DepthBlock), PanelGemm.DepthBlock * StrideOfBlock(tile.RowBlock)));

        public override bool Return(AlignedBuffer obj) => true;
    }
}
