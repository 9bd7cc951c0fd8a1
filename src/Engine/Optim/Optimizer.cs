using System.Text.Json.Serialization;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Optim;

/// <summary>How weights are updated from their gradients, as data; what it keeps beside them belongs to an <see cref="OptimizerState"/>.</summary>
/// <param name="LearningRate">The step size, before a schedule's and a group's factor.</param>
/// <param name="WeightDecay">How strongly weights are drawn to zero, unless their group says otherwise; 0 for not at all.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(SGD), nameof(SGD))]
[JsonDerivedType(typeof(AdamW), nameof(AdamW))]
[JsonDerivedType(typeof(Muon), nameof(Muon))]
public abstract record Optimizer(float LearningRate, float WeightDecay)
{
    /// <summary>Parameters that are trained in another way than the rest; a parameter belongs to the first group that names it.</summary>
    [JsonRequired]
    public IReadOnlyList<ParameterGroup> Groups { get; init; } = [];

    /// <summary>
    /// The largest norm of the gradients of all parameters together, as one vector; longer ones are shortened to it, as
    /// torch.nn.utils.clip_grad_norm_ does (Pascanu, Mikolov and Bengio 2013, "On the difficulty of training recurrent neural networks"). Null for
    /// any norm.
    /// </summary>
    public float? MaxGradientNorm { get; init; }

    /// <summary>What is kept beside each weight, by PyTorch's names, such as <c>momentum_buffer</c>.</summary>
    internal abstract IReadOnlyList<string> Buffers { get; }

    /// <summary>Whether an update depends on how many came before it.</summary>
    internal virtual bool CountsSteps => false;

    /// <summary>Whether it updates matrices, each as a whole and with all threads, in place of weights one by one.</summary>
    internal virtual bool UpdatesMatrices => false;

    /// <summary>Itself, and those of its groups that have one of their own.</summary>
    internal IEnumerable<Optimizer> WithThoseOfGroups => [this, .. Groups.Select(group => group.Optimizer).OfType<Optimizer>()];

    /// <summary>How many numbers are kept beside a weight at most.</summary>
    internal int MostBuffers => WithThoseOfGroups.Max(optimizer => optimizer.Buffers.Count);

    /// <summary>The parameters that a table shows on their own, by name.</summary>
    internal IEnumerable<ParameterGroup> NamedGroups => Groups.Where(group => group.Name is not null);

    /// <summary>What of its numbers nothing can be trained with, or null.</summary>
    internal virtual string? FindFault() =>
        !float.IsFinite(LearningRate) || !float.IsFinite(WeightDecay) ? "a learning rate or a weight decay that is no finite number"
        : MaxGradientNorm is float norm && !(norm > 0 && float.IsFinite(norm)) ? "a largest norm of gradients that is no finite number above 0"
        : Groups.Contains(null!) ? "a group of parameters that is empty"
        : NamedGroups.DistinctBy(group => group.Name).Count() < NamedGroups.Count() ? "two groups of parameters of one name"
        : Groups.Select(group => group.FindFault()).FirstOrDefault(fault => fault is not null);

    /// <summary>Why the parameters of a network cannot be trained with it, or null.</summary>
    internal string? FindFault(Network network) => network.Parameters
        .Where(parameter => !parameter.IsFrozen && parameter.Shape.Rank < 2)
        .Select(parameter => (parameter.Name, Optimizer: GroupOf(parameter)?.Optimizer ?? this))
        .Where(pair => pair.Optimizer.UpdatesMatrices)
        .Select(pair => $"{pair.Optimizer.GetType().Name} updates matrices, and {pair.Name} is a vector: name it in a group that has an optimizer of its own")
        .FirstOrDefault();

    /// <summary>The group that a parameter belongs to, or null.</summary>
    internal ParameterGroup? GroupOf(Parameter parameter) => Groups.FirstOrDefault(group => group.Has(parameter.Name));

    /// <summary>The learning rate of a group at a step of a run.</summary>
    /// <param name="group">The group; null for what belongs to none.</param>
    /// <param name="schedule">The schedule of all that have none of their own.</param>
    /// <param name="position">The step.</param>
    internal float LearningRateOf(ParameterGroup? group, LearningRateSchedule schedule, RunPosition position) =>
        LearningRateOf(group, (group?.Schedule ?? schedule).Factor(position));

    /// <summary>The learning rate of a group, or of what belongs to none, where a schedule says <paramref name="factor"/>.</summary>
    internal float LearningRateOf(ParameterGroup? group, double factor) =>
        (float)((group?.Optimizer ?? this).LearningRate * factor * (group?.LearningRateFactor ?? 1));

    /// <summary>Updates a part of the weights.</summary>
    internal abstract void Update(UpdateKernels kernels, in OptimizerBlock block);
}
