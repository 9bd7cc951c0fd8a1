namespace CifarFast.Engine.Execution;

/// <summary>
/// A part of a network between two barriers. A backward pass is one <see cref="BeginBackward"/>, <see cref="Backward"/> for each part
/// of the batch, and one <see cref="FinishBackward"/>. A pass that is cancelled throws <see cref="OperationCanceledException"/>; the next
/// forward pass and the backward pass after it are as right as if that one had never begun.
/// </summary>
/// <param name="nodes">Its layers.</param>
/// <param name="exchange">Shares the batch with other processes.</param>
/// <param name="progress">Is told of the work as it is done.</param>
internal abstract class Stage(Node[] nodes, BatchExchange exchange, WorkProgress progress)
{
    /// <summary>Multiply-adds of a sample's forward pass.</summary>
    public long ForwardWork { get; } = nodes.Sum(node => node.MultiplyAdds);

    /// <summary>Multiply-adds of a sample's backward pass: for the gradient of the input as many as forward, and for that of the parameters.</summary>
    public long BackwardWork { get; } = nodes.Sum(node => node.HasBackward ? 2 * node.MultiplyAdds : 0);

    /// <summary>Is told of the work as it is done.</summary>
    protected WorkProgress Progress { get; } = progress;

    /// <summary>Shares the batch with other processes.</summary>
    protected BatchExchange Exchange { get; } = exchange;

    /// <summary>Makes room for what is exchanged with other processes; they are known by now.</summary>
    public abstract void ReserveExchange();

    /// <summary>Prepares forward passes: for each one, unless parameters and buffers are as they were in the last one.</summary>
    public virtual void BeginForward(CancellationToken cancellation)
    {
    }

    /// <summary>Computes the outputs of a part of the batch.</summary>
    public abstract void Forward(BatchPart part, CancellationToken cancellation);

    /// <summary>Comes when the part that this process has of a batch of <paramref name="samples"/> has been computed; processes meet here.</summary>
    public abstract void FinishForward(int samples, CancellationToken cancellation);

    /// <summary>Prepares a backward pass over a batch of <paramref name="samples"/>.</summary>
    public abstract void BeginBackward(int samples, CancellationToken cancellation);

    /// <summary>Computes, for a part of the batch, the gradient of the stage's input where it is wanted, and what the part contributes to sums.</summary>
    public abstract void Backward(BatchPart part, CancellationToken cancellation);

    /// <summary>
    /// Computes the gradients of the parameters, over the whole batch; processes meet here. What the stages before it do not need may still be on
    /// its way between them afterwards, until <see cref="BatchExchange.Complete()"/>.
    /// </summary>
    public abstract void FinishBackward(CancellationToken cancellation);
}
