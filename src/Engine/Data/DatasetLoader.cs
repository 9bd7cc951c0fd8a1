namespace CifarFast.Engine.Data;

/// <summary>Finds a data set, downloads it where need be, and reads it.</summary>
public static class DatasetLoader
{
    /// <summary>The environment variable that says where the data set is, where no option does.</summary>
    public const string EnvironmentVariable = "CIFARFAST_DATA";

    private const string Option = "--data";

    /// <summary>
    /// Loads the data set that <paramref name="request"/> asks for. It is looked for where the request says, else where
    /// <see cref="EnvironmentVariable"/> says; CIFAR-10 and CIFAR-100 are else looked for in the user's cache, into which they are downloaded where they
    /// are missing or damaged. A place that was named has to hold it: only where none was does <see cref="DatasetKind.Auto"/> fall back to the synthetic set.
    /// </summary>
    /// <param name="request">Which data set.</param>
    /// <param name="only">The split that is wanted, whose files alone are read and have to be there; null for both.</param>
    /// <param name="progress">Told of each piece of a download, from the threads that download; or null.</param>
    /// <param name="cancellation">Stops reading, drawing and downloading; what was downloaded so far is kept.</param>
    /// <exception cref="DataException">The data set is missing, damaged or not to be had, or what is there could be several, or is a folder of pictures.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static LoadedDataset Load(
        DatasetRequest request, DataSplit? only = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default) =>
        Load(request, only, DatasetSources.OfThisProcess(), progress, cancellation);

    /// <summary>Where <see cref="Load(DatasetRequest, DataSplit?, IProgress{DownloadProgress}?, CancellationToken)"/> would find what. Nothing is read or downloaded.</summary>
    /// <param name="path">The place that was named, or null.</param>
    internal static DatasetLocation Locate(string? path)
    {
        var sources = DatasetSources.OfThisProcess();
        (string Source, string Path)? named = Named(path, sources);
        string source = named?.Source ?? "cache";
        string? place = named?.Path ?? (sources.CacheDirectory is { } directory ? new CifarCache(CifarFormat.Cifar10, directory).Images : null);
        if (place is null || (named is null && !Directory.Exists(place)))
        {
            return new DatasetLocation(source, place, DatasetKind.Cifar10, IsFound: false, Trouble: null);
        }

        DatasetKind kind = DatasetKind.Auto;
        try
        {
            string full = FullPath(source, place);
            kind = named is null ? DatasetKind.Cifar10 : DatasetRecognition.Decide(full, likely: DatasetKind.Auto).Kind;
            if (CifarFormat.Find(kind, DatasetLabels.Fine) is CifarFormat cifar)
            {
                full = CifarReader.Locate(cifar, full);
            }
            else if (IdxFormat.Find(kind) is IdxFormat idx)
            {
                IdxReader.Locate(idx, full, only: null);
            }

            return new DatasetLocation(source, full, kind, IsFound: true, Trouble: null);
        }
        catch (DataException exception)
        {
            return new DatasetLocation(source, place, kind, IsFound: false, exception.Message);
        }
    }

    /// <summary>Where a request has its set looked for, and which set that is. Only as much is read as that takes.</summary>
    /// <exception cref="DataException">Nothing names the place of a set that has no other, or it holds no set that is known, or several.</exception>
    internal static DatasetPlace Find(DatasetRequest request) => Find(request, DatasetSources.OfThisProcess());

    /// <summary>Loads what <see cref="Find(DatasetRequest)"/> found, without deciding once more which set it is.</summary>
    internal static LoadedDataset Load(
        DatasetRequest request, DatasetPlace place, DataSplit? only, IProgress<DownloadProgress>? progress, CancellationToken cancellation) =>
        Load(request, place, only, DatasetSources.OfThisProcess(), progress, cancellation);

    internal static LoadedDataset Load(
        DatasetRequest request, DataSplit? only, DatasetSources sources, IProgress<DownloadProgress>? progress, CancellationToken cancellation) =>
        Load(request, Find(request, sources), only, sources, progress, cancellation);

    private static LoadedDataset Load(
        DatasetRequest request, DatasetPlace place, DataSplit? only, DatasetSources sources, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        if (place.Kind == DatasetKind.Synthetic)
        {
            return Draw(request.Seed, only, warning: null, cancellation);
        }

        if (place.Path is not null)
        {
            return ReadNamed(place, request.Labels, only, sources, cancellation);
        }

        CifarFormat format = CifarFormat.Find(place.Kind, request.Labels)!;
        RemoteArchive archive = sources.ArchiveOf(format);
        archive = request.Mirror is { } mirror ? archive with { Address = mirror } : archive;
        if (!archive.Address.IsAbsoluteUri || archive.Address.Scheme is not ("http" or "https"))
        {
            throw new DataException("The mirror is no address to download from: expected one that begins with https:// or http://");
        }

        try
        {
            return ReadOrDownload(format, archive, only, sources.CacheDirectory, progress, cancellation);
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

    private static (string Source, string Path)? Named(string? path, DatasetSources sources) =>
        path is not null ? (Option, path)
        : !string.IsNullOrEmpty(sources.EnvironmentPath) ? (EnvironmentVariable, sources.EnvironmentPath)
        : null;

    private static DatasetPlace Find(DatasetRequest request, DatasetSources sources)
    {
        if (request.Kind == DatasetKind.Synthetic)
        {
            return new DatasetPlace(null, null, DatasetKind.Synthetic, Warning: null);
        }

        if (Named(request.Path, sources) is not (string source, string path))
        {
            return request.Kind is DatasetKind.Auto or DatasetKind.Cifar10 or DatasetKind.Cifar100
                ? new DatasetPlace(null, null, request.Kind == DatasetKind.Cifar100 ? request.Kind : DatasetKind.Cifar10, Warning: null)
                : throw new DataException($"--dataset {KnownSet.NameOf(request.Kind)} is not downloaded: " + (IdxFormat.Find(request.Kind) is IdxFormat idx
                    ? $"get its four files from {idx.Address} and give their directory with {Option} or {EnvironmentVariable}"
                    : $"give the directory of the pictures with {Option} or {EnvironmentVariable}"));
        }

        string full = FullPath(source, path);
        if (request.Kind != DatasetKind.Auto)
        {
            return new DatasetPlace(source, full, request.Kind, Warning: null);
        }

        return Sourced(source, () =>
        {
            (DatasetKind kind, string? warning) = DatasetRecognition.Decide(full, request.Likely);
            return new DatasetPlace(source, full, kind, warning);
        });
    }

    /// <summary>Has what goes wrong say what named the place.</summary>
    private static T Sourced<T>(string source, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (DataException exception)
        {
            throw new DataException($"{source}: {exception.Message}", exception);
        }
    }

    private static LoadedDataset Draw(ulong seed, DataSplit? only, string? warning, CancellationToken cancellation) =>
        new(SyntheticImages.Create(seed, only, cancellation), $"drawn from seed {seed}", warning);

    private static LoadedDataset ReadNamed(DatasetPlace place, DatasetLabels labels, DataSplit? only, DatasetSources sources, CancellationToken cancellation)
    {
        string full = place.Path!;
        return Sourced(place.Source!, () =>
        {
            if (CifarFormat.Find(place.Kind, labels) is CifarFormat format)
            {
                ImageDataset dataset = CifarReader.Read(format, full, only, cancellation);
                string? change = FindChange(dataset, sources.ArchiveOf(format).Contents, full, $"get {format.ArchiveName} again", cancellation);
                return new LoadedDataset(dataset, full, change) { Path = full };
            }

            return IdxFormat.Find(place.Kind) is IdxFormat idx
                ? new LoadedDataset(IdxReader.Read(idx, full, only, cancellation), full, place.Warning) { Path = full }
                : throw new DataException($"{full} holds pictures, and the engine reads no picture formats: make an {nameof(ImageDataset)} of their pixels");
        });
    }

    private static string FullPath(string source, string path) => string.IsNullOrWhiteSpace(path)
        ? throw new DataException($"{source} is empty: expected the directory or the archive of a data set")
        : Path.GetFullPath(path);

    /// <summary>One line that says which files of a set as large as the official one are not the official ones; else null.</summary>
    private static string? FindChange(ImageDataset dataset, CifarChecksums? official, string place, string remedy, CancellationToken cancellation)
    {
        IReadOnlyList<string> changed = official?.FindChangedFiles(dataset, cancellation) ?? [];
        return changed.Count == 0 ? null
            : $"the set is not the official CIFAR-10: {string.Join(", ", changed)} in {place} {(changed.Count == 1 ? "differs" : "differ")} from it (by SHA-256); if that is not on purpose, {remedy}";
    }

    private static LoadedDataset ReadOrDownload(
        CifarFormat format, RemoteArchive archive, DataSplit? only, string? cacheDirectory, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        const string Remedy = $"give its directory or archive with {Option} or {EnvironmentVariable}";
        if (cacheDirectory is null)
        {
            throw new DataException($"There is no {format.Title} and no directory to download it to, as this user has no home: set XDG_CACHE_HOME, or {Remedy}");
        }

        var cache = new CifarCache(format, cacheDirectory);
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
            string state = damage is null ? $"{format.Title} is not in {cacheDirectory}" : $"The copy of {format.Title} in {cacheDirectory} is damaged ({damage})";
            throw new DataException($"{state} and could not be downloaded ({exception.Message}): {Remedy}", exception);
        }
    }
}
