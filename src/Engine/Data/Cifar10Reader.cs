namespace CifarFast.Engine.Data;

/// <summary>Reads CIFAR-10 in its binary version from wherever a person may point at: its directory, the directory above, or the archive.</summary>
internal static class Cifar10Reader
{
    private const int MaxFilesLookedAt = 10_000;

    /// <summary>Reads the set into memory and checks every record of it.</summary>
    /// <param name="path">The directory, the one above it, or the archive.</param>
    /// <param name="only">The split that is wanted, whose files alone are read and have to be there; null for both.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="DataException">There is nothing at <paramref name="path"/>, or not all of CIFAR-10, or something else.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static ImageDataset Read(string path, DataSplit? only, CancellationToken cancellation)
    {
        string full = Path.GetFullPath(path);
        try
        {
            string place = Find(full);
            return File.Exists(place) ? ReadFile(place, only, cancellation) : ReadDirectory(place, only, cancellation);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{full} cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>The directory of the files, or the archive, that <see cref="Read"/> would read. Of the files only lengths are looked at.</summary>
    /// <exception cref="DataException">There is nothing at <paramref name="path"/>, or files are missing, or cannot be whole.</exception>
    public static string Locate(string path)
    {
        string full = Path.GetFullPath(path);
        try
        {
            string place = Find(full);
            foreach (FileInfo file in File.Exists(place) ? [] : Cifar10Files.RequiredFiles.Select(name => new FileInfo(Path.Combine(place, name))))
            {
                if (!file.Exists || file.Length is 0 or > Cifar10Files.MaxFileBytes || file.Length % Cifar10Files.RecordBytes != 0)
                {
                    throw new DataException($"{file.FullName} {(file.Exists ? $"is {Quantity.Of(file.Length, "byte")} long, which makes no whole images of CIFAR-10" : "is missing")}");
                }
            }

            return place;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{full} cannot be read: {exception.Message}", exception);
        }
    }

    private static string Find(string full)
    {
        if (!Directory.Exists(full))
        {
            return File.Exists(full) ? full : throw new DataException($"{full} does not exist: expected the directory or the archive of CIFAR-10");
        }

        string below = Path.Combine(full, Cifar10Files.DirectoryName);
        string archive = Path.Combine(full, Cifar10Files.ArchiveName);
        return HoldsBatches(full) ? full
            : HoldsBatches(below) ? below
            : File.Exists(archive) ? archive
            : throw NotFoundIn(full);
    }

    private static ImageDataset ReadDirectory(string directory, DataSplit? only, CancellationToken cancellation)
    {
        var assembler = new Cifar10Assembler(directory, only, cancellation);
        foreach (string name in Cifar10Files.RequiredFiles.Append(Cifar10Files.ClassNameFile))
        {
            string file = Path.Combine(directory, name);
            if (!File.Exists(file))
            {
                continue;
            }

            if (assembler.Wants(name))
            {
                // Read in large pieces into a buffer that is there anyway: a second one in between would only copy.
                using var content = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
                assembler.Add(name, content, content.Length);
            }
            else
            {
                assembler.Skip(name, new FileInfo(file).Length);
            }
        }

        return assembler.Build();
    }

    private static ImageDataset ReadFile(string file, DataSplit? only, CancellationToken cancellation)
    {
        if (Cifar10Files.IsExpected(Path.GetFileName(file)))
        {
            throw new DataException($"{file} is one file of CIFAR-10: give the directory that holds it and the others");
        }

        var assembler = new Cifar10Assembler(file, only, cancellation);
        Cifar10Archive.Visit(file, assembler.Add, cancellation);
        return assembler.Build();
    }

    private static bool HoldsBatches(string directory) =>
        Cifar10Files.RequiredFiles.Any(name => File.Exists(Path.Combine(directory, name)));

    private static DataException NotFoundIn(string directory)
    {
        // As deep as sets lie below the directory they were unpacked in, and no longer than a person likes to wait.
        var below = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1, IgnoreInaccessible = true };
        string[] files =
        [
            .. Directory.EnumerateFiles(directory)
                .Concat(Directory.EnumerateDirectories(directory).SelectMany(child => Directory.EnumerateFiles(child, "*", below)))
                .Take(MaxFilesLookedAt),
        ];
        if (files.FirstOrDefault(file => Cifar10Files.RequiredFiles.Contains(Path.GetFileName(file))) is string batch)
        {
            return new DataException($"{directory} holds no CIFAR-10 itself: give {Path.GetDirectoryName(batch)}, which does");
        }

        string? other = files.Select(file => Cifar10Files.RecogniseOther(Path.GetFileName(file))).FirstOrDefault(set => set is not null);
        return other is not null ? Cifar10Files.Mistaken(directory, other) : new DataException(
            $"{directory} holds no CIFAR-10: expected data_batch_1.bin and its companions there, or in {Cifar10Files.DirectoryName} below it, or {Cifar10Files.ArchiveName}");
    }
}
