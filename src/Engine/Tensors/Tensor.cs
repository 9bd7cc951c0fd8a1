namespace CifarFast.Engine.Tensors;

/// <summary>
/// Floats of a shape in a pooled buffer that starts at a cache line (64 bytes). Disposing gives the buffer back to the pool.
/// </summary>
public sealed class Tensor : IDisposable
{
    private AlignedBuffer? _buffer;

    /// <summary>A tensor of zeros.</summary>
    public Tensor(Shape shape)
    {
        Shape = shape;
        _buffer = TensorPool.Shared.Rent(shape.Count);
    }

    /// <summary>The sizes, outermost first; the last one is contiguous.</summary>
    public Shape Shape { get; }

    /// <summary>All elements, row-major.</summary>
    /// <exception cref="ObjectDisposedException">The tensor was disposed.</exception>
    public Span<float> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(_buffer is null, this);
            return _buffer.Span;
        }
    }

    /// <summary>Gives the buffer back to the pool.</summary>
    public void Dispose()
    {
        AlignedBuffer? buffer = Interlocked.Exchange(ref _buffer, null);
        if (buffer is not null)
        {
            TensorPool.Shared.Return(buffer);
        }
    }
}
