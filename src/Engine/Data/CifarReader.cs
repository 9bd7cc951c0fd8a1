namespace CifarFast.Engine.Data;

/// <summary>Reads CIFAR-10 or CIFAR-100 in the binary version from wherever a person may point at: its directory, the directory above, or the archive.</summary>
internal static class CifarReader
{
    /// <summary>Reads the set into memory and checks every record of it.</summary>
    /// <param name="format">Which of the two, and its labels.</param>
    /// <param name="path">The directory, the one above it, or the archive.</param>
    /// <param name="only">The split that is wanted, whose files alone are read and have to be there; null for both.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="DataException">There is nothing at <paramref name="path"/>, or not all of the set, or something else.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static ImageDataset Read(CifarFormat format, string path, DataSplit? only, CancellationToken cancellation)
    {
        string full = Path.GetFullPath(path);
        try
        {
            string place = Find(format, full);
            return File.Exists(place) ? ReadFile(format, place, only, cancellation) : ReadDirectory(format, place, only, cancellation);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{full} cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>The directory of the files, or the archive, that <see cref="Read"/> would read. Of the files only lengths are looked at.</summary>
    /// <exception cref="DataException">There is nothing at <paramref name="path"/>, or files are missing, or cannot be whole.</exception>
    public static string Locate(CifarFormat format, string path)
    {
        string full = Path.GetFullPath(path);
        try
        {
            string place = Find(format, full);
            foreach (FileInfo file in File.Exists(place) ? [] : format.ImageFiles.Select(name => new FileInfo(Path.Combine(place, name))))
            {
                if (!file.Exists || file.Length == 0 || file.Length > format.MaxBytesOf(file.Name) || file.Length % format.RecordBytes != 0)
                {
                    throw new DataException($"{file.FullName} {(file.Exists ? $"is {Quantity.Of(file.Length, "byte")} long, which makes no whole images of {format.Title}" : "is missing")}");
                }
            }

            return place;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{full} cannot be read: {exception.Message}", exception);
        }
    }

    private static string Find(CifarFormat format, string full) =>
        !Directory.Exists(full)
            ? File.Exists(full) ? full : throw new DataException($"{full} does not exist: expected the directory or the archive of {format.Title}")
            : format.FindIn(full) ?? throw NotFoundIn(format, full);

    private static ImageDataset ReadDirectory(CifarFormat format, string directory, DataSplit? only, CancellationToken cancellation)
    {
        var assembler = new CifarAssembler(format, directory, only, cancellation);
        var reads = new List<Action>();
        foreach (var file in format.ImageFiles.Append(format.ClassNamesFile).Select(name => new FileInfo(Path.Combine(directory, name))).Where(file => file.Exists))
        {
            if (assembler.Place(file.Name, file.Length) is Action<Stream> read)
            {
                reads.Add(() => ReadWith(read, file.FullName));
            }
        }

        // Most of the time goes into the first touch of the memory, which the cores share. Of several errors that of the first file is thrown.
        Task.WhenAll(reads.Select(Task.Run)).GetAwaiter().GetResult();
        return assembler.Build();
    }

    private static void ReadWith(Action<Stream> read, string file)
    {
        // Read in large pieces into a buffer that is there anyway: a second one in between would only copy.
        using var content = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        read(content);
    }

    private static ImageDataset ReadFile(CifarFormat format, string file, DataSplit? only, CancellationToken cancellation)
    {
        if (format.IsExpected(Path.GetFileName(file)))
        {
            throw new DataException($"{file} is one file of {format.Title}: give the directory that holds it and the others");
        }

        var assembler = new CifarAssembler(format, file, only, cancellation);
        CifarArchive.Visit(format, file, assembler.Add, cancellation);
        return assembler.Build();
    }

    private static DataException NotFoundIn(CifarFormat format, string directory)
    {
        IReadOnlyList<(string Directory, KnownSet Set)> known = DatasetRecognition.KnownBelow(directory);
        return known.FirstOrDefault(found => found.Set.Kind == format.Kind).Directory is string place && place != directory
            ? new DataException($"{directory} holds no {format.Title} itself: give {place}, which does")
            : known.FirstOrDefault(found => found.Set.Kind != format.Kind).Set is KnownSet other ? format.Mistaken(directory, other)
            : new DataException(
                $"{directory} holds no {format.Title}: expected {format.TrainingFiles[0]} and its companions there, or in {format.DirectoryName} below it, or {format.ArchiveName}");
    }
}
