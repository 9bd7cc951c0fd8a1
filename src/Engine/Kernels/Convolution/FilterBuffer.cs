using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>Memory for what the passes of a convolution make of its weight. They take turns with it: each makes its own before it computes a batch.</summary>
internal sealed unsafe class FilterBuffer
{
    private AlignedBuffer _buffer = new(0);

    /// <summary>Floats that it takes.</summary>
    public int Length => _buffer.Length;

    /// <summary>The first float.</summary>
    public float* Pointer => _buffer.Pointer;

    /// <summary>Makes room for so many floats at least.</summary>
    public void Reserve(int length)
    {
        if (_buffer.Length < length)
        {
            _buffer = new AlignedBuffer(length);
        }
    }
}
