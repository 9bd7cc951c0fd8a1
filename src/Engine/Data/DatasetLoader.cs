namespace CifarFast.Engine.Data;

/// <summary>Finds a data set, downloads it where need be, and reads it.</summary>
public static class DatasetLoader
{
    /// <summary>The environment variable that says where CIFAR-10 is, where no option does.</summary>
    public const string EnvironmentVariable = "CIFARFAST_DATA";

    private const string Option = "--data";

    /// <summary>
    /// Loads the data set that <paramref name="request"/> asks for. CIFAR-10 is looked for where the request says, else where
    /// <see cref="EnvironmentVariable"/> says, else in the user's cache, into which it is downloaded where it is missing or damaged.
    /// A place that was named has to hold it: only where none was does <see cref="DatasetKind.Auto"/> fall back to the synthetic set.
    /// </summary>
    /// <param name="request">Which data set.</param>
    /// <param name="only">The split that is wanted, whose files alone are read and have to be there; null for both.</param>
    /// <param name="progress">Told of each piece of a download, from the threads that download; or null.</param>
    /// <param name="cancellation">Stops reading, drawing and downloading; what was downloaded so far is kept.</param>
    /// <exception cref="DataException">The data set is missing, damaged or not to be had.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static LoadedDataset Load(
        DatasetRequest request, DataSplit? only = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default) =>
        Load(request, only, DatasetSources.OfThisProcess(), progress, cancellation);

    /// <summary>Where <see cref="Load(DatasetRequest, DataSplit?, IProgress{DownloadProgress}?, CancellationToken)"/> would find CIFAR-10. Nothing is read or downloaded.</summary>
    /// <param name="path">The place that was named, or null.</param>
    internal static DatasetLocation Locate(string? path)
    {
        var sources = DatasetSources.OfThisProcess();
        string? named = path ?? (string.IsNullOrEmpty(sources.EnvironmentPath) ? null : sources.EnvironmentPath);
        string source = path is not null ? Option : named is not null ? EnvironmentVariable : "cache";
        string? place = named ?? (sources.CacheDirectory is { } directory ? new Cifar10Cache(directory).Images : null);
        if (place is null || (named is null && !Directory.Exists(place)))
        {
            return new DatasetLocation(source, place, IsFound: false, Trouble: null);
        }

        try
        {
            return new DatasetLocation(source, Cifar10Reader.Locate(FullPath(source, place)), IsFound: true, Trouble: null);
        }
        catch (DataException exception)
        {
            return new DatasetLocation(source, place, IsFound: false, exception.Message);
        }
    }

    internal static LoadedDataset Load(
        DatasetRequest request, DataSplit? only, DatasetSources sources, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        if (request.Kind == DatasetKind.Synthetic)
        {
            return Draw(request.Seed, only, warning: null, cancellation);
        }

        if (request.Kind is not (DatasetKind.Auto or DatasetKind.Cifar10))
        {
            throw new DataException($"data sets of the kind {request.Kind} are not read yet: give another --dataset");
        }

        if (request.Path is { } path)
        {
            return ReadNamed(Option, path, only, sources.Archive.Contents, cancellation);
        }

        if (!string.IsNullOrEmpty(sources.EnvironmentPath))
        {
            return ReadNamed(EnvironmentVariable, sources.EnvironmentPath, only, sources.Archive.Contents, cancellation);
        }

        RemoteArchive archive = request.Mirror is { } mirror ? sources.Archive with { Address = mirror } : sources.Archive;
        if (!archive.Address.IsAbsoluteUri || archive.Address.Scheme is not ("http" or "https"))
        {
            throw new DataException("The mirror is no address to download from: expected one that begins with https:// or http://");
        }

        try
        {
            return ReadOrDownload(archive, only, sources.CacheDirectory, progress, cancellation);
        }
        catch (DataException exception) when (request.Kind == DatasetKind.Auto)
        {
            return Draw(
                request.Seed,
                only,
                $"{exception.Message}. Drawn images stand in for it, and accuracies on them say nothing about CIFAR-10",
                cancellation);
        }
    }

    private static LoadedDataset Draw(ulong seed, DataSplit? only, string? warning, CancellationToken cancellation) =>
        new(SyntheticImages.Create(seed, only, cancellation), $"drawn from seed {seed}", warning);

    private static LoadedDataset ReadNamed(string source, string path, DataSplit? only, Cifar10Checksums official, CancellationToken cancellation)
    {
        string full = FullPath(source, path);
        try
        {
            ImageDataset dataset = Cifar10Reader.Read(path, only, cancellation);
            return new LoadedDataset(dataset, full, FindChange(dataset, official, full, $"get {Cifar10Files.ArchiveName} again", cancellation)) { Path = full };
        }
        catch (DataException exception)
        {
            throw new DataException($"{source}: {exception.Message}", exception);
        }
    }

    private static string FullPath(string source, string path) => string.IsNullOrWhiteSpace(path)
        ? throw new DataException($"{source} is empty: expected the directory or the archive of CIFAR-10")
        : Path.GetFullPath(path);

    /// <summary>One line that says which files of a set as large as the official one are not the official ones; else null.</summary>
    private static string? FindChange(ImageDataset dataset, Cifar10Checksums official, string place, string remedy, CancellationToken cancellation)
    {
        IReadOnlyList<string> changed = official.FindChangedFiles(dataset, cancellation);
        return changed.Count == 0 ? null
            : $"the set is not the official CIFAR-10: {string.Join(", ", changed)} in {place} {(changed.Count == 1 ? "differs" : "differ")} from it (by SHA-256); if that is not on purpose, {remedy}";
    }

    private static LoadedDataset ReadOrDownload(
        RemoteArchive archive, DataSplit? only, string? cacheDirectory, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        const string Remedy = $"give its directory or archive with {Option} or {EnvironmentVariable}";
        if (cacheDirectory is null)
        {
            throw new DataException($"There is no CIFAR-10 and no directory to download it to, as this user has no home: set XDG_CACHE_HOME, or {Remedy}");
        }

        var cache = new Cifar10Cache(cacheDirectory);
        string? damage = null;
        if (cache.Exists)
        {
            try
            {
                ImageDataset copy = cache.Read(only, cancellation);
                string? change = FindChange(copy, archive.Contents, cache.Images, "delete that directory, and it is downloaded again", cancellation);
                return new LoadedDataset(copy, cache.Images, change) { Path = cache.Images };
            }
            catch (DataException exception)
            {
                damage = exception.Message;
            }
        }

        try
        {
            // A console has no context that could wait for itself, and nothing below here goes back to one.
            ImageDataset dataset = cache.DownloadAsync(archive, only, progress, cancellation).GetAwaiter().GetResult();
            string origin = damage is null
                ? $"{cache.Images}, downloaded from {archive.DisplayAddress}"
                : $"{cache.Images}, downloaded again from {archive.DisplayAddress} in place of a damaged copy ({damage})";
            return new LoadedDataset(dataset, origin, Warning: null) { Path = cache.Images };
        }
        catch (DataException exception)
        {
            string state = damage is null ? $"CIFAR-10 is not in {cacheDirectory}" : $"The copy of CIFAR-10 in {cacheDirectory} is damaged ({damage})";
            throw new DataException($"{state} and could not be downloaded ({exception.Message}): {Remedy}", exception);
        }
    }
}
