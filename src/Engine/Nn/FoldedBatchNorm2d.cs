using System.Text.Json.Serialization;
using CifarFast.Engine.Operators;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Nn;

/// <summary>
/// A <see cref="BatchNorm2d"/> in a network that only classifies, right behind a convolution, which computes it along. Values stay as they are; parameters
/// and buffers are those of the layer.
/// </summary>
/// <param name="Normalization">The layer.</param>
internal sealed record FoldedBatchNorm2d(BatchNorm2d Normalization) : Layer
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override long ParameterCount => Normalization.ParameterCount;

    internal override InPlaceKind InPlace => InPlaceKind.Keeps;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => Normalization.OutputShape(input);

    /// <inheritdoc/>
    public override string ToString() => Normalization.ToString();

    internal override Operator CreateOperator(OperatorContext context) => new FoldedBatchNorm2dOperator(context, Normalization.Epsilon);
}
