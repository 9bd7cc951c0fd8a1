namespace CifarFast.Engine.Execution;

/// <summary>
/// A part of a network between two barriers. A backward pass is one <see cref="BeginBackward"/>, <see cref="Backward"/> for each part
/// of the batch, and one <see cref="FinishBackward"/>.
/// </summary>
internal abstract class Stage
{
    /// <summary>Floats that it takes beside what belongs to values and nodes.</summary>
    public virtual long Floats => 0;

    /// <summary>Computes the outputs of a part of the batch.</summary>
    public abstract void Forward(BatchPart part);

    /// <summary>Prepares a backward pass over a batch of <paramref name="samples"/>.</summary>
    public abstract void BeginBackward(int samples);

    /// <summary>Computes, for a part of the batch, the gradient of the stage's input where it is wanted, and what the part contributes to sums.</summary>
    public abstract void Backward(BatchPart part);

    /// <summary>Computes the gradients of the parameters.</summary>
    public abstract void FinishBackward();
}
