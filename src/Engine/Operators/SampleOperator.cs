using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Operators;

/// <summary>
/// An operator that takes one sample at a time, or a few, so that these can go through many of them while they are in cache. Calls for
/// different samples may come from many threads at once.
/// </summary>
internal abstract class SampleOperator : Operator
{
    /// <summary>Floats that a sample's forward pass leaves for its backward pass, beside inputs and output.</summary>
    public virtual int SavedLength => 0;

    /// <summary>Floats of scratch the forward pass wants, each thread its own; anything may be in them.</summary>
    public virtual int ForwardScratchLength => 0;

    /// <summary>Floats of scratch the backward pass wants, each thread its own; anything may be in them when a shard begins, and they stay until it ends.</summary>
    public virtual int BackwardScratchLength => 0;

    /// <summary>
    /// How many samples, one behind the other, are best computed in one call, a power of two; null where it does not matter: then each call is for one.
    /// </summary>
    public virtual int? SamplesPerCall => null;

    /// <summary>How many samples, one after another, make one sum of parameter gradients; each sum is added to the ones before.</summary>
    public virtual int BlockSamples => 1;

    /// <summary>Comes once before the <see cref="Forward"/> calls of a batch, unless nothing that it depends on has changed since the last one.</summary>
    public virtual void PrepareForward()
    {
    }

    /// <summary>In how many parts more it prepares for them.</summary>
    public virtual int ForwardParts => 0;

    /// <summary>Comes once for each of these parts after <see cref="PrepareForward()"/>, on any thread.</summary>
    public virtual void PrepareForward(int part)
    {
    }

    /// <summary>Computes a sample, or several.</summary>
    public abstract void Forward(in SampleValues sample);

    /// <summary>Comes once after the <see cref="Forward"/> calls of a batch, or of the part of it that this process has.</summary>
    /// <param name="batch">The shards that sums over the batch are made of.</param>
    public virtual void FinishForward(in ShardedBatch batch)
    {
    }

    /// <summary>In how many parts it prepares for the <see cref="Backward"/> calls of a step.</summary>
    public virtual int BackwardParts => 0;

    /// <summary>Comes once for each of these parts, on any thread.</summary>
    public virtual void PrepareBackward(int part)
    {
    }

    /// <summary>Computes the gradients of a sample, or several.</summary>
    public abstract void Backward(in SampleGradients sample);

    /// <summary>Whether there is something to do in <see cref="FinishBackward"/>.</summary>
    public virtual bool FinishesBackward => false;

    /// <summary>
    /// Comes once after the <see cref="Backward"/> calls of a step, when <see cref="Parameter.Gradient"/> holds their sum, if it
    /// <see cref="FinishesBackward"/>.
    /// </summary>
    public virtual void FinishBackward()
    {
    }
}
