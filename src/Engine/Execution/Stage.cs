namespace CifarFast.Engine.Execution;

/// <summary>A part of a network between two barriers.</summary>
internal abstract class Stage
{
    /// <summary>Computes the outputs of the first <paramref name="samples"/> samples of the batch.</summary>
    public abstract void Forward(int samples);

    /// <summary>Computes the gradients of the parameters and, where wanted, of the stage's input.</summary>
    public abstract void Backward(int samples);
}
