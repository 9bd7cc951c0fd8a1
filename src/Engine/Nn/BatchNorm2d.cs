using System.Text.Json.Serialization;
using CifarFast.Engine.Operators;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Nn;

/// <summary>
/// Batch normalisation (Ioffe and Szegedy 2015, "Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift"), as
/// torch.nn.BatchNorm2d defines it: <c>(x - mean) / √(variance + ε) · weight + bias</c>, channel by channel. In training, mean and variance
/// are those of all samples of the batch, and <c>running_mean</c> and <c>running_var</c> move towards them with each step of the optimizer; a network that
/// only classifies has these. Of a single value a channel there is no variance to move towards, and the running one stays as it is.
/// </summary>
/// <param name="Features">Channels of the input.</param>
/// <param name="Epsilon">Added to the variance.</param>
/// <param name="Momentum">How far running statistics move towards those of a batch, in PyTorch's sense: 1 for all the way.</param>
public sealed record BatchNorm2d(int Features, float Epsilon = 1e-5f, float Momentum = 0.1f) : Layer
{
    /// <summary>Channels of the input.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive.</exception>
    public int Features { get; } = Features > 0 ? Features : throw new ArgumentOutOfRangeException(nameof(Features));

    /// <summary>Added to the variance.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative or not finite.</exception>
    public float Epsilon { get; } = Epsilon >= 0 && float.IsFinite(Epsilon) ? Epsilon : throw new ArgumentOutOfRangeException(nameof(Epsilon));

    /// <summary>How far running statistics move towards those of a batch.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not from 0 to 1.</exception>
    public float Momentum { get; } = Momentum is >= 0 and <= 1 ? Momentum : throw new ArgumentOutOfRangeException(nameof(Momentum));

    /// <inheritdoc/>
    [JsonIgnore]
    public override long ParameterCount => 2L * Features;

    internal override IReadOnlyList<string> ParameterNames => ["weight", "bias"];

    internal override bool BackwardReadsInput => true;

    internal override bool IsRecomputed => true;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => input.Rank == 3 && input[0] == Features ? input : throw Reject($"{Features}×H×W", input);

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"BatchNorm2d({Features}, momentum {Momentum})");

    internal override Operator CreateOperator(OperatorContext context) => new BatchNorm2dOperator(context, Epsilon, Momentum);
}
