using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Execution;

/// <summary>Where gradients of a value are kept: for the whole batch, or in its <see cref="Workspace"/> for the samples a thread works on.</summary>
/// <param name="layout">How a sample's gradient lies.</param>
internal sealed class GradientBuffer(SampleLayout layout)
{
    private AlignedBuffer? _batch;
    private bool _isOwn;

    /// <summary>How a sample's gradient lies.</summary>
    public SampleLayout Layout { get; } = layout;

    /// <summary>Where the gradients of the samples a thread works on lie in its <see cref="Workspace"/>.</summary>
    public int Offset { get; set; }

    /// <summary>For how many of the samples that a thread works on there is a place; they take turns.</summary>
    public int Places { get; set; } = 1;

    /// <summary>Whether gradients are kept for the whole batch.</summary>
    public bool IsBatch => _batch is not null;

    /// <summary>The gradients of the batch, <see cref="SampleLayout.Stride"/> floats a sample; empty where they are not kept.</summary>
    public Memory<float> Batch => _batch?.Memory ?? Memory<float>.Empty;

    /// <summary>The gradients of samples: a part of the batch's, or of the workspace's where that is not kept.</summary>
    /// <param name="index">The first sample.</param>
    /// <param name="samples">How many.</param>
    /// <param name="number">The number of the first one among those that the thread works on.</param>
    /// <param name="workspace">The thread's.</param>
    public Span<float> Sample(int index, int samples, int number, Workspace workspace) => _batch is null
        ? workspace.Span.Slice(Offset + (number % Places * Layout.Stride), Layout.SizeOf(samples))
        : _batch.Span.Slice(index * Layout.Stride, Layout.SizeOf(samples));

    /// <summary>Floats that are kept for the batch, but for those that lie in the memory of others.</summary>
    public long BatchFloats => _isOwn ? _batch!.Length : 0;

    /// <summary>Keeps gradients for the whole batch.</summary>
    public void KeepBatch(int batchSize)
    {
        if (_batch is null)
        {
            _batch = TensorPool.Shared.Rent(checked(Layout.Stride * batchSize));
            _isOwn = true;
        }
    }

    /// <summary>Keeps gradients for the whole batch in memory that belongs to something else of the same layout.</summary>
    public void KeepBatchIn(AlignedBuffer memory) => _batch = memory;

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
