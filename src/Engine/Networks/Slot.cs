using CifarFast.Engine.Kernels.Pooling;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Networks;

/// <summary>
/// A value that flows between layers: where its activations and their gradients are kept, each for the whole batch or for the one
/// sample a thread works on. Layers in place share one.
/// </summary>
internal sealed class Slot(SampleLayout layout, SampleLayout gradientLayout)
{
    private AlignedBuffer? _activation;
    private AlignedBuffer? _gradient;

    /// <summary>How a sample's activation lies.</summary>
    public SampleLayout Layout { get; } = layout;

    /// <summary>How a sample's gradient lies.</summary>
    public SampleLayout GradientLayout { get; } = gradientLayout;

    /// <summary>How a sample's gradient lies where it comes as lists, in place of <see cref="GradientLayout"/>; else null.</summary>
    public PooledGradientLayout? PooledGradient { get; set; }

    /// <summary>Floats of the gradient of the one sample a thread works on; lists are never kept for the batch.</summary>
    public int SampleGradientLength => PooledGradient?.Length ?? GradientLayout.Size;

    /// <summary>Where the activation of the one sample a thread works on lies in its <see cref="Workspace"/>.</summary>
    public int ActivationOffset { get; set; }

    /// <summary>Where the gradient of the one sample a thread works on lies in its <see cref="Workspace"/>.</summary>
    public int GradientOffset { get; set; }

    /// <summary>Whether activations are kept for the whole batch, because somebody reads or writes them as a whole or needs them again.</summary>
    public bool HasBatchActivation => _activation is not null;

    /// <summary>Whether gradients are kept for the whole batch, because somebody reads or writes them as a whole.</summary>
    public bool HasBatchGradient => _gradient is not null;

    /// <summary>The activations of the batch, <see cref="SampleLayout.Stride"/> floats a sample; empty where they are not kept.</summary>
    public Memory<float> Activation => _activation is null ? Memory<float>.Empty : _activation.Memory;

    /// <summary>The gradients of the batch; empty where they are not kept.</summary>
    public Memory<float> Gradient => _gradient is null ? Memory<float>.Empty : _gradient.Memory;

    /// <summary>The activation of a sample of a batch that is kept; empty where it is not.</summary>
    public Span<float> Sample(int index) => _activation is null ? [] : _activation.Span.Slice(index * Layout.Stride, Layout.Size);

    /// <summary>The activation of a sample: a part of the batch's, or of the workspace's where that is not kept.</summary>
    public Span<float> Sample(int index, Workspace workspace) => _activation is null
        ? workspace.Span.Slice(ActivationOffset, Layout.Size)
        : Sample(index);

    /// <summary>The gradient of a sample: a part of the batch's, or of the workspace's where that is not kept.</summary>
    public Span<float> SampleGradient(int index, Workspace workspace) => _gradient is null
        ? workspace.Span.Slice(GradientOffset, SampleGradientLength)
        : _gradient.Span.Slice(index * GradientLayout.Stride, GradientLayout.Size);

    /// <summary>Keeps activations for the whole batch.</summary>
    public void KeepBatchActivation(int batchSize) => _activation ??= TensorPool.Shared.Rent(checked(Layout.Stride * batchSize));

    /// <summary>Keeps gradients for the whole batch.</summary>
    public void KeepBatchGradient(int batchSize) => _gradient ??= TensorPool.Shared.Rent(checked(GradientLayout.Stride * batchSize));

    /// <summary>Gives the buffers back to the pool.</summary>
    public void Release()
    {
        Return(ref _activation);
        Return(ref _gradient);
    }

    private static void Return(ref AlignedBuffer? buffer)
    {
        if (buffer is not null)
        {
            TensorPool.Shared.Return(buffer);
            buffer = null;
        }
    }
}
