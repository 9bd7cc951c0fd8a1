using System.Text.Json.Serialization;
using CifarFast.Engine.Operators;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Nn;

/// <summary>A linear map: a vector of <see cref="InFeatures"/> to one of <see cref="OutFeatures"/>.</summary>
/// <param name="InFeatures">Features of the input.</param>
/// <param name="OutFeatures">Features of the output.</param>
/// <param name="Bias">Whether a bias is added.</param>
public sealed record Linear(int InFeatures, int OutFeatures, bool Bias = true) : Layer
{
    /// <summary>Features of the input.</summary>
    public int InFeatures { get; } = InFeatures > 0 ? InFeatures : throw new ArgumentOutOfRangeException(nameof(InFeatures));

    /// <summary>Features of the output.</summary>
    public int OutFeatures { get; } = OutFeatures > 0 ? OutFeatures : throw new ArgumentOutOfRangeException(nameof(OutFeatures));

    /// <inheritdoc/>
    [JsonIgnore]
    public override long ParameterCount => ((long)InFeatures * OutFeatures) + (Bias ? OutFeatures : 0);

    internal override IReadOnlyList<string> ParameterNames => Bias ? ["weight", "bias"] : ["weight"];

    internal override bool WholeBatch => true;

    internal override bool ReadsFlattenedImages => true;

    internal override bool BackwardReadsInput => true;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) =>
        input.Rank == 1 && input[0] == InFeatures ? new Shape(OutFeatures) : throw Reject($"{InFeatures}", input);

    /// <inheritdoc/>
    public override long MultiplyAdds(Shape input) => (long)InFeatures * OutFeatures;

    /// <inheritdoc/>
    public override string ToString() => $"Linear({InFeatures}→{OutFeatures}{(Bias ? "" : ", no bias")})";

    internal override Operator CreateOperator(OperatorContext context) => new LinearOperator(context, Bias);
}
