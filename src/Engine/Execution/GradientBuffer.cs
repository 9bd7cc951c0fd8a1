using CifarFast.Engine.Kernels.Pooling;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Execution;

/// <summary>Where gradients of a value are kept: for the whole batch, or in its <see cref="Workspace"/> for the one sample a thread works on.</summary>
/// <param name="layout">How a sample's gradient lies.</param>
internal sealed class GradientBuffer(SampleLayout layout)
{
    private AlignedBuffer? _batch;

    /// <summary>How a sample's gradient lies.</summary>
    public SampleLayout Layout { get; } = layout;

    /// <summary>How a sample's gradient lies where it comes as lists, in place of <see cref="Layout"/>; else null.</summary>
    public PooledGradientLayout? Lists { get; set; }

    /// <summary>Floats of the gradient of the one sample a thread works on; lists are never kept for the batch.</summary>
    public int SampleLength => Lists?.Length ?? Layout.Size;

    /// <summary>Where the gradient of the one sample a thread works on lies in its <see cref="Workspace"/>.</summary>
    public int Offset { get; set; }

    /// <summary>Whether gradients are kept for the whole batch.</summary>
    public bool IsBatch => _batch is not null;

    /// <summary>The gradients of the batch, <see cref="SampleLayout.Stride"/> floats a sample; empty where they are not kept.</summary>
    public Memory<float> Batch => _batch?.Memory ?? Memory<float>.Empty;

    /// <summary>The gradient of a sample: a part of the batch's, or of the workspace's where that is not kept.</summary>
    public Span<float> Sample(int index, Workspace workspace) => _batch is null
        ? workspace.Span.Slice(Offset, SampleLength)
        : _batch.Span.Slice(index * Layout.Stride, Layout.Size);

    /// <summary>Keeps gradients for the whole batch.</summary>
    public void KeepBatch(int batchSize) => _batch ??= TensorPool.Shared.Rent(checked(Layout.Stride * batchSize));

    /// <summary>Gives the memory back to the pool.</summary>
    public void Release()
    {
        if (_batch is not null)
        {
            TensorPool.Shared.Return(_batch);
            _batch = null;
        }
    }
}
