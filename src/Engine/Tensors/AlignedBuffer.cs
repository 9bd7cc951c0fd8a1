using System.Runtime.CompilerServices;

namespace CifarFast.Engine.Tensors;

/// <summary>
/// Floats that start at a cache line (64 bytes). They live in a pinned array of the garbage-collected heap, so that spans over
/// them are checked, nothing leaks, and their address never changes.
/// </summary>
internal sealed unsafe class AlignedBuffer
{
    /// <summary>Floats of a cache line.</summary>
    public const int CacheLine = Alignment / sizeof(float);

    private const int Alignment = 64;

    private readonly float[] _array;
    private readonly int _offset;

    /// <summary>Makes a buffer of <paramref name="length"/> zeros.</summary>
    public AlignedBuffer(int length)
    {
        Length = length;
        _array = GC.AllocateArray<float>(length + CacheLine, pinned: true);
        nint address = (nint)Unsafe.AsPointer(ref _array[0]);
        _offset = (int)(-address & (Alignment - 1)) / sizeof(float);
    }

    /// <summary>Rounds a number of floats up to whole cache lines.</summary>
    public static int WholeLines(int length) => (length + CacheLine - 1) / CacheLine * CacheLine;

    /// <summary>How many floats there are.</summary>
    public int Length { get; }

    /// <summary>Whether anything but zeros may be in it; who writes to it says so.</summary>
    public bool IsUsed { get; set; }

    /// <summary>The floats, for code that cannot hold a span.</summary>
    public Memory<float> Memory => _array.AsMemory(_offset, Length);

    /// <summary>The floats.</summary>
    public Span<float> Span => _array.AsSpan(_offset, Length);

    /// <summary>The first float, for kernels; it stays where it is, the array being pinned, as long as the buffer is reachable.</summary>
    public float* Pointer => (float*)Unsafe.AsPointer(ref _array[0]) + _offset;
}
