namespace CifarFast.Engine.Data;

/// <summary>Finds a data set, downloads it where need be, and reads it.</summary>
public static class DatasetLoader
{
    /// <summary>The environment variable that says where CIFAR-10 is, where no option does.</summary>
    public const string EnvironmentVariable = "CIFARFAST_DATA";

    /// <summary>Loads the data set that <paramref name="request"/> asks for.</summary>
    public static LoadedDataset Load(DatasetRequest request, IProgress<DownloadProgress>? progress, CancellationToken cancellation) =>
        throw new NotImplementedException();
}
