namespace CifarFast.Engine.Data;

/// <summary>Which data set is wanted, and where it may be.</summary>
public sealed record DatasetRequest
{
    /// <summary>Which data set.</summary>
    public DatasetKind Kind { get; init; } = DatasetKind.Auto;

    /// <summary>
    /// The directory or the <c>.tar.gz</c> archive that holds CIFAR-10, or null to look in <see cref="DatasetLoader.EnvironmentVariable"/>,
    /// the user's cache and at last the internet.
    /// </summary>
    public string? Path { get; init; }

    /// <summary>Where to download the official archive from, or null for its home.</summary>
    public Uri? Mirror { get; init; }

    /// <summary>Decides the images of the synthetic set.</summary>
    public ulong Seed { get; init; } = 1;
}
