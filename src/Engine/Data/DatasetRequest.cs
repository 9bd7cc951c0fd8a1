using System.Text.Json.Serialization;

namespace CifarFast.Engine.Data;

/// <summary>Which data set is wanted, and where it may be.</summary>
public sealed record DatasetRequest
{
    /// <summary>Which data set.</summary>
    public DatasetKind Kind { get; init; } = DatasetKind.Auto;

    /// <summary>
    /// The directory that holds the set, or the <c>.tar.gz</c> archive of CIFAR-10 or CIFAR-100; null to look in <see cref="DatasetLoader.EnvironmentVariable"/>
    /// and, for those two, the user's cache and at last the internet.
    /// </summary>
    public string? Path { get; init; }

    /// <summary>Which labels, where an image has two.</summary>
    public DatasetLabels Labels { get; init; }

    /// <summary>What a place is taken for that may hold several things, where <see cref="Kind"/> does not say: those of a run that is looked at again.</summary>
    [JsonIgnore]
    internal DatasetKind Likely { get; init; }

    /// <summary>Where to download the official archive from, or null for its home.</summary>
    public Uri? Mirror { get; init; }

    /// <summary>Decides the images of the synthetic set.</summary>
    public ulong Seed { get; init; } = 1;
}
