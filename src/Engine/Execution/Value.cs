using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Execution;

/// <summary>
/// What flows between nodes: where its activations are kept, for the whole batch or for the samples a thread works on, and their
/// gradients. Nodes in place read and write the same one.
/// </summary>
internal sealed class Value(SampleLayout layout, GradientBuffer gradient)
{
    private AlignedBuffer? _activation;

    /// <summary>How a sample's activation lies.</summary>
    public SampleLayout Layout { get; } = layout;

    /// <summary>Its gradient; where it has several readers, the sum of what they contribute.</summary>
    public GradientBuffer Gradient { get; } = gradient;

    /// <summary>Where the activations of the samples a thread works on lie in its <see cref="Workspace"/>.</summary>
    public int Offset { get; set; }

    /// <summary>For how many of the samples that a thread works on there is a place; they take turns.</summary>
    public int Places { get; set; } = 1;

    /// <summary>Whether activations are kept for the whole batch.</summary>
    public bool IsBatch => _activation is not null;

    /// <summary>The activations of the batch, <see cref="SampleLayout.Stride"/> floats a sample; empty where they are not kept.</summary>
    public Memory<float> Activation => _activation?.Memory ?? Memory<float>.Empty;

    /// <summary>The activations of samples of a batch that is kept, one behind the other; empty where it is not.</summary>
    public Span<float> Sample(int index, int samples = 1) =>
        _activation is null ? [] : _activation.Span.Slice(index * Layout.Stride, Layout.SizeOf(samples));

    /// <summary>
    /// The activations of samples: a part of the batch's, or of the workspace's where that is not kept.
    /// </summary>
    /// <param name="index">The first sample.</param>
    /// <param name="samples">How many.</param>
    /// <param name="number">The number of the first one among those that the thread works on.</param>
    /// <param name="workspace">The thread's.</param>
    public Span<float> Sample(int index, int samples, int number, Workspace workspace) => _activation is null
        ? workspace.Span.Slice(Offset + (number % Places * Layout.Stride), Layout.SizeOf(samples))
        : Sample(index, samples);

    /// <summary>Keeps activations for the whole batch.</summary>
    public void KeepBatch(int batchSize) => _activation ??= TensorPool.Shared.Rent(checked(Layout.Stride * batchSize));

    /// <summary>Keeps the gradients of <paramref name="other"/>, which has the same layout, where this one's activations are, which are not read after that.</summary>
    public void KeepGradientOf(Value other) =>
        other.Gradient.KeepBatchIn(_activation ?? throw new InvalidOperationException("the activations are not kept for the batch"));

    /// <summary>Floats that are kept for the batch, gradients included.</summary>
    public long BatchFloats => (_activation?.Length ?? 0) + Gradient.BatchFloats;

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
