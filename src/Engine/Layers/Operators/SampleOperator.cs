namespace CifarFast.Engine.Layers.Operators;

/// <summary>
/// An operator that takes one sample at a time, so that a sample can go through many of them while it is in cache. Calls for
/// different samples may come from many threads at once.
/// </summary>
internal abstract class SampleOperator : Operator
{
    /// <summary>Whether the backward pass reads the input, so that it is kept for the whole batch.</summary>
    public virtual bool BackwardReadsInput => false;

    /// <summary>Whether the backward pass reads the output, so that it is kept for the whole batch.</summary>
    public virtual bool BackwardReadsOutput => false;

    /// <summary>Floats that a sample's forward pass leaves for its backward pass, beside input and output.</summary>
    public virtual int SavedLength => 0;

    /// <summary>Floats of scratch the forward pass wants, each thread its own; anything may be in them.</summary>
    public virtual int ForwardScratchLength => 0;

    /// <summary>Floats of scratch the backward pass wants: zero at first, this operator's own for each thread.</summary>
    public virtual int ScratchLength => 0;

    /// <summary>Comes once before the <see cref="Forward"/> calls of a batch.</summary>
    public virtual void PrepareForward()
    {
    }

    /// <summary>Computes a sample.</summary>
    /// <param name="input">The sample's input.</param>
    /// <param name="output">The sample's output; the same memory as <paramref name="input"/> for an operator in place.</param>
    /// <param name="saved">What it leaves for its backward pass; empty where there will be none.</param>
    /// <param name="scratch">The scratch the operator asked for.</param>
    public abstract void Forward(ReadOnlySpan<float> input, Span<float> output, Span<float> saved, Span<float> scratch);

    /// <summary>Comes once before the <see cref="Backward"/> calls of a step.</summary>
    public virtual void PrepareBackward()
    {
    }

    /// <summary>Computes the gradients of a sample.</summary>
    /// <param name="input">The sample's input; empty where nobody said to read it.</param>
    /// <param name="output">The sample's output; empty where nobody said to read it.</param>
    /// <param name="saved">What the forward pass left.</param>
    /// <param name="gradients">The gradients to read and to write.</param>
    public abstract void Backward(ReadOnlySpan<float> input, ReadOnlySpan<float> output, ReadOnlySpan<float> saved, SampleGradients gradients);

    /// <summary>Comes once after the <see cref="Backward"/> calls of a step, when <see cref="Parameter.Gradient"/> holds their sum.</summary>
    public virtual void FinishBackward()
    {
    }
}
