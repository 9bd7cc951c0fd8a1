using System.IO.Enumeration;

namespace CifarFast.Engine.Optim;

/// <summary>Parameters that are trained in their own way, as PyTorch's parameter groups are.</summary>
/// <param name="Pattern">The names, with <c>*</c> for any characters: <c>*.bias</c>, <c>0.weight</c>.</param>
/// <param name="LearningRateFactor">What the learning rate is multiplied by for them.</param>
/// <param name="WeightDecay">Their weight decay; null for that of the optimizer.</param>
public sealed record ParameterGroup(string Pattern, float LearningRateFactor = 1, float? WeightDecay = null)
{
    /// <summary>Whether a parameter of this name belongs to the group.</summary>
    public bool Has(string parameter) => FileSystemName.MatchesSimpleExpression(Pattern, parameter, ignoreCase: false);
}
