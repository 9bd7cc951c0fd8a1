using System.Collections.Concurrent;
using Microsoft.Extensions.ObjectPool;

namespace CifarFast.Engine.Tensors;

/// <summary>Keeps buffers that were returned for whoever wants the same length next, one object pool a length.</summary>
internal sealed class TensorPool
{
    private readonly ConcurrentDictionary<int, ObjectPool<AlignedBuffer>> _pools = new();

    /// <summary>The pool of this process.</summary>
    public static TensorPool Shared { get; } = new();

    /// <summary>A buffer of <paramref name="length"/> zeros.</summary>
    public AlignedBuffer Rent(int length)
    {
        AlignedBuffer buffer = Pool(length).Get();

        // A new one is of zeros that the system has not even given memory for, and writing gigabytes of them takes long.
        if (buffer.IsUsed)
        {
            buffer.Span.Clear();
        }

        buffer.IsUsed = true;
        return buffer;
    }

    /// <summary>Takes a buffer back; the caller must not use it any more.</summary>
    public void Return(AlignedBuffer buffer) => Pool(buffer.Length).Return(buffer);

    private ObjectPool<AlignedBuffer> Pool(int length) =>
        _pools.GetOrAdd(length, static key => new DefaultObjectPool<AlignedBuffer>(new Policy(key)));

    private sealed class Policy(int length) : PooledObjectPolicy<AlignedBuffer>
    {
        public override AlignedBuffer Create() => new(length);

        public override bool Return(AlignedBuffer obj) => true;
    }
}
