using System.IO.Enumeration;

namespace CifarFast.Engine.Optim;

/// <summary>Parameters that are trained in their own way, as PyTorch's parameter groups are.</summary>
/// <param name="Pattern">The names, with <c>*</c> for any characters: <c>*.bias</c>, <c>0.weight</c>.</param>
/// <param name="LearningRateFactor">What the learning rate is multiplied by for them.</param>
/// <param name="WeightDecay">Their weight decay; null for that of the optimizer.</param>
public sealed record ParameterGroup(string Pattern, float LearningRateFactor = 1, float? WeightDecay = null)
{
    /// <summary>What tables and pictures call it: letters, digits, <c>-</c> and <c>_</c>; null where they are not to have it.</summary>
    public string? Name { get; init; }

    /// <summary>What updates them, learning rate and weight decay included; null for the optimizer that the group belongs to.</summary>
    public Optimizer? Optimizer { get; init; }

    /// <summary>How their learning rate changes; null for as that of all others does.</summary>
    public LearningRateSchedule? Schedule { get; init; }

    /// <summary>Whether a parameter of this name belongs to the group.</summary>
    public bool Has(string parameter) => FileSystemName.MatchesSimpleExpression(Pattern, parameter, ignoreCase: false);

    /// <summary>What of it nothing can be trained with, or null.</summary>
    internal string? FindFault() =>
        !float.IsFinite(LearningRateFactor) || !float.IsFinite(WeightDecay ?? 0) ? "a group of parameters whose learning rate factor or weight decay is no finite number"
        : Name is not null && (Name.Length == 0 || !Name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_')) ? "a group of parameters whose name is not made of letters, digits, - and _"
        : Optimizer is { Groups.Count: > 0 } or { MaxGradientNorm: not null } ? "a group of parameters whose optimizer has groups of its own, or a largest norm of gradients, which is that of all parameters"
        : Optimizer?.FindFault();
}
