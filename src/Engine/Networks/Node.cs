using CifarFast.Engine.Layers.Operators;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Networks;

/// <summary>A layer in its place in a network.</summary>
internal sealed class Node
{
    private AlignedBuffer? _saved;
    private SampleLayout _savedLayout;

    /// <summary>Its layer's place in the architecture.</summary>
    public required int Index { get; init; }

    /// <summary>Its place and kind, such as <c>2 Conv2d</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What computes it.</summary>
    public required Operator Operator { get; init; }

    /// <summary>What it reads.</summary>
    public required Slot Input { get; init; }

    /// <summary>What it writes; the same as <see cref="Input"/> in place.</summary>
    public required Slot Output { get; init; }

    /// <summary>Whether anybody wants the gradient of the input.</summary>
    public required bool NeedsInputGradient { get; init; }

    /// <summary>Where its parameters start in the network's buffer of all parameters.</summary>
    public int ParameterOffset { get; set; }

    /// <summary>Floats of its parameters as stored.</summary>
    public int ParameterLength { get; init; }

    /// <summary>Where its scratch of the forward pass starts in a <see cref="Workspace"/>.</summary>
    public int ForwardScratchOffset { get; set; }

    /// <summary>Where its scratch of the backward pass starts in a <see cref="Workspace"/>.</summary>
    public int ScratchOffset { get; set; }

    /// <summary>What the forward pass of a sample leaves for its backward pass; empty where that is nothing, or none will come.</summary>
    public Span<float> Saved(int sample) => _saved is null
        ? []
        : _saved.Span.Slice(sample * _savedLayout.Stride, _savedLayout.Size);

    /// <summary>Makes room for what forward passes leave, <paramref name="length"/> floats a sample.</summary>
    public void KeepSaved(int length, int batchSize)
    {
        _savedLayout = SampleLayout.Of(new Shape(length));
        _saved = TensorPool.Shared.Rent(checked(_savedLayout.Stride * batchSize));
    }

    /// <summary>Gives the buffer back to the pool.</summary>
    public void Release()
    {
        if (_saved is not null)
        {
            TensorPool.Shared.Return(_saved);
            _saved = null;
        }
    }
}
