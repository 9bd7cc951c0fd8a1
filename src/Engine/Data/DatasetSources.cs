namespace CifarFast.Engine.Data;

/// <summary>Where CIFAR-10 is looked for when a request does not say.</summary>
/// <param name="EnvironmentPath">What <see cref="DatasetLoader.EnvironmentVariable"/> holds; null or empty where it is not set.</param>
/// <param name="CacheDirectory">The user's cache, or null where the user has none.</param>
/// <param name="Archive">What to download.</param>
internal sealed record DatasetSources(string? EnvironmentPath, string? CacheDirectory, RemoteArchive Archive)
{
    /// <summary>What this process runs in.</summary>
    public static DatasetSources OfThisProcess() => new(
        Environment.GetEnvironmentVariable(DatasetLoader.EnvironmentVariable),
        CacheLocation.Find(),
        RemoteArchive.Official);
}
