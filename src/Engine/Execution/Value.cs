using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Execution;

/// <summary>
/// What flows between nodes: where its activations are kept, for the whole batch or for the one sample a thread works on, and their
/// gradients. Nodes in place read and write the same one.
/// </summary>
internal sealed class Value(SampleLayout layout, GradientBuffer gradient)
{
    private AlignedBuffer? _activation;

    /// <summary>How a sample's activation lies.</summary>
    public SampleLayout Layout { get; } = layout;

    /// <summary>Its gradient; where it has several readers, the sum of what they contribute.</summary>
    public GradientBuffer Gradient { get; } = gradient;

    /// <summary>Where the activation of the one sample a thread works on lies in its <see cref="Workspace"/>.</summary>
    public int Offset { get; set; }

    /// <summary>Whether activations are kept for the whole batch.</summary>
    public bool IsBatch => _activation is not null;

    /// <summary>The activations of the batch, <see cref="SampleLayout.Stride"/> floats a sample; empty where they are not kept.</summary>
    public Memory<float> Activation => _activation?.Memory ?? Memory<float>.Empty;

    /// <summary>The activation of a sample of a batch that is kept; empty where it is not.</summary>
    public Span<float> Sample(int index) => _activation is null ? [] : _activation.Span.Slice(index * Layout.Stride, Layout.Size);

    /// <summary>The activation of a sample: a part of the batch's, or of the workspace's where that is not kept.</summary>
    public Span<float> Sample(int index, Workspace workspace) => _activation is null
        ? workspace.Span.Slice(Offset, Layout.Size)
        : Sample(index);

    /// <summary>Keeps activations for the whole batch.</summary>
    public void KeepBatch(int batchSize) => _activation ??= TensorPool.Shared.Rent(checked(Layout.Stride * batchSize));

    /// <summary>Floats that are kept for the batch, gradients included.</summary>
    public long BatchFloats => (_activation?.Length ?? 0) + Gradient.Batch.Length;

    /// <summary>Gives the memory back to the pool.</summary>
    public void Release()
    {
        if (_activation is not null)
        {
            TensorPool.Shared.Return(_activation);
            _activation = null;
        }

        Gradient.Release();
    }
}
