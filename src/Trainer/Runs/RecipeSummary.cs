using System.Text.Json.Serialization;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Tensors;

namespace CifarFast.Trainer.Runs;

/// <summary>A recipe with what its network is on CIFAR-10: 3×32×32 images of ten classes.</summary>
/// <param name="Recipe">The recipe.</param>
internal sealed record RecipeSummary(Recipe Recipe)
{
    /// <summary>Where it comes from.</summary>
    public string Source => Recipe.Source;

    /// <summary>What to expect of it.</summary>
    public string Accuracy => Recipe.Accuracy;

    /// <summary>Its network.</summary>
    [JsonIgnore]
    public Architecture Network { get; } = Recipe.Network(new Shape(3, 32, 32), 10);

    /// <summary>How many numbers its network learns.</summary>
    public long Parameters => Network.Summary.Sum(row => row.Parameters);

    /// <summary>Multiply-adds of the forward pass of an image.</summary>
    public long MultiplyAdds => Network.Summary.Sum(row => row.MultiplyAdds);
}
