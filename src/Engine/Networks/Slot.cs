using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Networks;

/// <summary>
/// A value that flows between layers: the activations of a batch, and where their gradient is kept. Layers in place share one.
/// </summary>
internal sealed class Slot
{
    private readonly AlignedBuffer _activation;
    private AlignedBuffer? _gradient;

    public Slot(SampleLayout layout, SampleLayout gradientLayout, int batchSize)
    {
        Layout = layout;
        GradientLayout = gradientLayout;
        _activation = TensorPool.Shared.Rent(checked(layout.Stride * batchSize));
    }

    /// <summary>How a sample lies in <see cref="Activation"/>.</summary>
    public SampleLayout Layout { get; }

    /// <summary>How a sample's gradient lies.</summary>
    public SampleLayout GradientLayout { get; }

    /// <summary>Where the gradient of the one sample a thread works on lies in its <see cref="Workspace"/>.</summary>
    public int WorkspaceOffset { get; set; }

    /// <summary>Whether gradients are kept for the whole batch, because somebody reads or writes them as a whole.</summary>
    public bool HasBatchGradient => _gradient is not null;

    /// <summary>The activations of the batch, <see cref="SampleLayout.Stride"/> floats a sample.</summary>
    public Memory<float> Activation => _activation.Memory;

    /// <summary>The gradients of the batch; empty where they are not kept.</summary>
    public Memory<float> Gradient => _gradient is null ? Memory<float>.Empty : _gradient.Memory;

    /// <summary>The activation of a sample.</summary>
    public Span<float> Sample(int index) => _activation.Span.Slice(index * Layout.Stride, Layout.Size);

    /// <summary>The gradient of a sample: a part of the batch's, or of the workspace's where that is not kept.</summary>
    public Span<float> SampleGradient(int index, Workspace workspace) => _gradient is null
        ? workspace.Span.Slice(WorkspaceOffset, GradientLayout.Size)
        : _gradient.Span.Slice(index * GradientLayout.Stride, GradientLayout.Size);

    /// <summary>Keeps gradients for the whole batch.</summary>
    public void KeepBatchGradient(int batchSize) => _gradient ??= TensorPool.Shared.Rent(checked(GradientLayout.Stride * batchSize));

    /// <summary>Gives the buffers back to the pool.</summary>
    public void Release()
    {
        TensorPool.Shared.Return(_activation);
        if (_gradient is not null)
        {
            TensorPool.Shared.Return(_gradient);
            _gradient = null;
        }
    }
}
