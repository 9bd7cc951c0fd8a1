using CifarFast.Engine.Nn;
using CifarFast.Engine.Operators;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Execution;

/// <summary>A layer in its place in a network, with what computes it.</summary>
internal sealed class Node
{
    private AlignedBuffer? _saved;
    private SampleLayout _savedLayout;

    /// <summary>Where it stands in the graph.</summary>
    public required GraphNode Source { get; init; }

    /// <summary>Its path, as PyTorch has it, such as <c>3.body.0</c>.</summary>
    public string Path => Source.Path;

    /// <summary>The layer.</summary>
    public Layer Layer => Source.Layer;

    /// <summary>What computes it.</summary>
    public required Operator Operator { get; init; }

    /// <summary>What it reads.</summary>
    public required NodeInput[] Inputs { get; init; }

    /// <summary>What it writes; the value of its first input where it is in place.</summary>
    public required Value Output { get; init; }

    /// <summary>Multiply-adds of its forward pass for a sample.</summary>
    public required long MultiplyAdds { get; init; }

    /// <summary>Whether training leaves all its parameters as they are.</summary>
    public bool IsFrozen => Source.IsFrozen;

    /// <summary>Whether anything before it, or it itself, wants its output's gradient: else its backward pass is left out.</summary>
    public required bool HasBackward { get; init; }

    /// <summary>Whether backward passes that read its output compute it again, for a few samples at a time, instead of having it kept for the batch.</summary>
    public required bool IsRecomputed { get; init; }

    /// <summary>Its path and kind, for events.</summary>
    public string Name => field ??= $"{Path} {Layer.Kind}";

    /// <summary>Where its parameters start in the network's buffer of all parameters.</summary>
    public int ParameterOffset { get; set; }

    /// <summary>Floats of its parameters as stored.</summary>
    public int ParameterLength { get; init; }

    /// <summary>Where its scratch of the forward pass starts in a <see cref="Workspace"/>.</summary>
    public int ForwardScratchOffset { get; set; }

    /// <summary>Where its scratch of the backward pass starts in a <see cref="Workspace"/>.</summary>
    public int BackwardScratchOffset { get; set; }

    /// <summary>Where the sum of a block of samples starts in a <see cref="Workspace"/>.</summary>
    public int BlockOffset { get; set; }

    /// <summary>What the forward pass of a sample leaves for its backward pass; empty where that is nothing, or none will come.</summary>
    public Span<float> Saved(int sample) => _saved is null
        ? []
        : _saved.Span.Slice(sample * _savedLayout.Stride, _savedLayout.Size);

    /// <summary>
    /// How many samples go through it before they go on to the next node: as many as its operator is best at, or, where that does not mind, as
    /// many as the node before takes, or the first one of the stage that does mind. A power of two.
    /// </summary>
    public int SamplesAtOnce { get; set; } = 1;

    /// <summary>Floats that are kept for the batch: what forward passes leave, and gradients of inputs that are added up.</summary>
    public long BatchFloats => (_saved?.Length ?? 0) + Inputs.Where(input => input.IsPart).Sum(input => (long)input.Gradient!.Batch.Length);

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

        foreach (NodeInput part in Inputs.Where(input => input.IsPart))
        {
            part.Gradient!.Release();
        }
    }
}
