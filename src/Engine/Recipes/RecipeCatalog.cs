namespace CifarFast.Engine.Recipes;

/// <summary>The recipes that come with the engine.</summary>
public static class RecipeCatalog
{
    /// <summary>All of them; the first one is the default.</summary>
    public static IReadOnlyList<Recipe> All { get; } = [ReferenceRecipe.Create(), MinuteRecipe.Create(), Airbench94Recipe.Create(), Airbench94MuonRecipe.Create(), Airbench96Recipe.Create(), ResNet20Recipe.Create()];

    /// <summary>The recipe that makes most of a few hundred images, of those that take minutes.</summary>
    public static Recipe OfFewImages { get; } = Find(MinuteRecipe.Name)!;

    /// <summary>The recipe called <paramref name="name"/>, or null where there is none.</summary>
    public static Recipe? Find(string name) => All.FirstOrDefault(recipe => recipe.Name == name);
}
