namespace CifarFast.Engine.Data;

/// <summary>Where a data set is looked for when a request does not say.</summary>
/// <param name="EnvironmentPath">What <see cref="DatasetLoader.EnvironmentVariable"/> holds; null or empty where it is not set.</param>
/// <param name="CacheDirectory">The user's cache, or null where the user has none.</param>
/// <param name="Cifar10">What to download for CIFAR-10.</param>
/// <param name="Cifar100">What to download for CIFAR-100.</param>
internal sealed record DatasetSources(string? EnvironmentPath, string? CacheDirectory, RemoteArchive Cifar10, RemoteArchive Cifar100)
{
    /// <summary>What this process runs in.</summary>
    public static DatasetSources OfThisProcess() => new(
        Environment.GetEnvironmentVariable(DatasetLoader.EnvironmentVariable),
        CacheLocation.Find(),
        RemoteArchive.Cifar10,
        RemoteArchive.Cifar100);

    /// <summary>What to download for a set.</summary>
    public RemoteArchive ArchiveOf(CifarFormat format) => format.Kind == DatasetKind.Cifar100 ? Cifar100 : Cifar10;
}
