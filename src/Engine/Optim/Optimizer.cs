using System.Text.Json.Serialization;
using CifarFast.Engine.Kernels.Elementwise;

namespace CifarFast.Engine.Optim;

/// <summary>How weights are updated from their gradients, as data; what it keeps beside them belongs to an <see cref="OptimizerState"/>.</summary>
/// <param name="LearningRate">The step size, before a schedule's and a group's factor.</param>
/// <param name="WeightDecay">How strongly weights are drawn to zero, unless their group says otherwise; 0 for not at all.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(SGD), nameof(SGD))]
[JsonDerivedType(typeof(AdamW), nameof(AdamW))]
public abstract record Optimizer(float LearningRate, float WeightDecay)
{
    /// <summary>Parameters that are trained in another way than the rest; a parameter belongs to the first group that names it.</summary>
    [JsonRequired]
    public IReadOnlyList<ParameterGroup> Groups { get; init; } = [];

    /// <summary>What is kept beside each weight, by PyTorch's names, such as <c>momentum_buffer</c>.</summary>
    internal abstract IReadOnlyList<string> Buffers { get; }

    /// <summary>Whether an update depends on how many came before it.</summary>
    internal virtual bool CountsSteps => false;

    /// <summary>What of its numbers nothing can be trained with, or null.</summary>
    internal virtual string? FindFault() =>
        !float.IsFinite(LearningRate) || !float.IsFinite(WeightDecay) ? "a learning rate or a weight decay that is no finite number"
        : Groups.Any(group => group is null || !float.IsFinite(group.LearningRateFactor) || !float.IsFinite(group.WeightDecay ?? 0)) ? "a group of parameters whose learning rate factor or weight decay is no finite number"
        : null;

    /// <summary>Updates a part of the weights.</summary>
    internal abstract void Update(ElementwiseKernels elementwise, in OptimizerBlock block);
}
