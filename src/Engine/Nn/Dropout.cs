using CifarFast.Engine.Operators;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Nn;

/// <summary>
/// In training, sets each element to zero with a probability, or else divides it by the probability that it is kept (Srivastava et al. 2014, "Dropout: A
/// Simple Way to Prevent Neural Networks from Overfitting"); any shape. A network that classifies leaves everything as it is. As torch.nn.Dropout.
/// </summary>
/// <remarks>
/// What is dropped is a function of the seed of the run, the layer's name in the network, the updates that the weights have had, the image's number
/// in its data set and the element: no forward pass depends on those before it. Two passes over an image between two updates drop the same elements.
/// In a loop of one's own the seed is the network's, its <c>Step</c> counts updates, and samples that are no images are told apart by their places in the batch.
/// </remarks>
/// <param name="Probability">How probable it is that an element is dropped; 0 to 1.</param>
public sealed record Dropout(float Probability = 0.5f) : Layer
{
    /// <summary>How probable it is that an element is dropped; 0 to 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not between 0 and 1.</exception>
    public float Probability { get; } = Probability is >= 0 and <= 1 ? Probability : throw new ArgumentOutOfRangeException(nameof(Probability));

    internal override InPlaceKind InPlace => InPlaceKind.Overwrites;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => input;

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"Dropout({Probability})");

    internal override Operator CreateOperator(OperatorContext context) => new DropoutOperator(context, Probability);
}
