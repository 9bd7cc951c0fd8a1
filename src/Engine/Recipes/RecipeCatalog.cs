namespace CifarFast.Engine.Recipes;

/// <summary>The recipes that come with the engine.</summary>
public static class RecipeCatalog
{
    /// <summary>All of them; the first one is the default.</summary>
    public static IReadOnlyList<Recipe> All { get; } = [ReferenceRecipe.Create(), MinuteRecipe.Create(), Airbench94Recipe.Create(), Airbench94MuonRecipe.Create(), Airbench96Recipe.Create(), ResNet20Recipe.Create()];

    /// <summary>A recipe that learns from a few hundred images, too, in minutes: on a small set it makes more epochs, for at least 200 steps.</summary>
    public static Recipe OfFewImages { get; } = Find(MinuteRecipe.Name)!;

    /// <summary>The recipe called <paramref name="name"/>, or null where there is none.</summary>
    public static Recipe? Find(string name) => All.FirstOrDefault(recipe => recipe.Name == name);
}
