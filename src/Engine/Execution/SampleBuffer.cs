using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Execution;

/// <summary>Where the activations or the gradients of a value are kept: for the whole batch, or in a <see cref="Workspace"/> for the samples a thread works on.</summary>
/// <param name="layout">How a sample lies.</param>
internal sealed class SampleBuffer(SampleLayout layout)
{
    private AlignedBuffer? _batch;
    private bool _isOwn;

    /// <summary>How a sample lies.</summary>
    public SampleLayout Layout { get; } = layout;

    /// <summary>Where the samples a thread works on lie in its <see cref="Workspace"/>.</summary>
    public int Offset { get; set; }

    /// <summary>For how many of the samples that a thread works on there is a place; they take turns.</summary>
    public int Places { get; set; } = 1;

    /// <summary>Whether it is kept for the whole batch.</summary>
    public bool IsBatch => _batch is not null;

    /// <summary>What is kept for the batch, <see cref="SampleLayout.Stride"/> floats a sample; empty where that is nothing.</summary>
    public Memory<float> Batch => _batch?.Memory ?? Memory<float>.Empty;

    /// <summary>Floats that are kept for the batch, but for those that lie in the memory of others.</summary>
    public long BatchFloats => _isOwn ? _batch!.Length : 0;

    /// <summary>Samples: a part of the batch, or of the workspace where that is not kept.</summary>
    /// <param name="index">The first sample.</param>
    /// <param name="samples">How many.</param>
    /// <param name="number">The number of the first one among those that the thread works on.</param>
    /// <param name="workspace">The thread's.</param>
    public Span<float> Sample(int index, int samples, int number, Workspace workspace) => _batch is null
        ? workspace.Span.Slice(Offset + (number % Places * Layout.Stride), Layout.SizeOf(samples))
        : _batch.Span.Slice(index * Layout.Stride, Layout.SizeOf(samples));

    /// <summary>A sample of a batch that is kept.</summary>
    public Span<float> Sample(int index) => Batch.Span.Slice(index * Layout.Stride, Layout.Size);

    /// <summary>Keeps the whole batch.</summary>
    public void KeepBatch(int batchSize)
    {
        if (_batch is null)
        {
            _batch = TensorPool.Shared.Rent(checked(Layout.Stride * batchSize));
            _isOwn = true;
        }
    }

    /// <summary>Keeps the whole batch of several, which take turns with the memory of the largest one. None may have a border, whose zeros others would write over.</summary>
    public static void KeepBatch(IReadOnlyList<SampleBuffer> buffers, int batchSize)
    {
        SampleBuffer largest = buffers.MaxBy(buffer => buffer.Layout.Stride)!;
        largest.KeepBatch(batchSize);
        foreach (SampleBuffer buffer in buffers)
        {
            buffer._batch = largest._batch;
        }
    }

    /// <summary>Gives the memory back to the pool.</summary>
    public void Release()
    {
        if (_isOwn)
        {
            TensorPool.Shared.Return(_batch!);
        }

        (_batch, _isOwn) = (null, false);
    }
}
