namespace CifarFast.Engine.Data;

/// <summary>Reads CIFAR-10 in its binary version from wherever a person may point at: its directory, the directory above, or the archive.</summary>
internal static class Cifar10Reader
{
    /// <summary>Reads the whole set into memory and checks every record of it.</summary>
    /// <exception cref="DataException">There is nothing at <paramref name="path"/>, or not all of CIFAR-10, or something else.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static ImageDataset Read(string path, CancellationToken cancellation)
    {
        string full = Path.GetFullPath(path);
        try
        {
            return File.Exists(full) ? ReadFile(full, cancellation)
                : Directory.Exists(full) ? ReadAnyDirectory(full, cancellation)
                : throw new DataException($"{full} does not exist: expected the directory or the archive of CIFAR-10");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{full} cannot be read: {exception.Message}", exception);
        }
    }

    private static ImageDataset ReadAnyDirectory(string directory, CancellationToken cancellation)
    {
        string below = Path.Combine(directory, Cifar10Files.DirectoryName);
        string archive = Path.Combine(directory, Cifar10Files.ArchiveName);
        return HoldsBatches(directory) ? ReadDirectory(directory, cancellation)
            : HoldsBatches(below) ? ReadDirectory(below, cancellation)
            : File.Exists(archive) ? ReadFile(archive, cancellation)
            : throw NotFoundIn(directory);
    }

    private static ImageDataset ReadDirectory(string directory, CancellationToken cancellation)
    {
        var assembler = new Cifar10Assembler(directory, cancellation);
        foreach (string name in Cifar10Files.RequiredFiles.Append(Cifar10Files.ClassNameFile))
        {
            string file = Path.Combine(directory, name);
            if (File.Exists(file))
            {
                // Read in large pieces into a buffer that is there anyway: a second one in between would only copy.
                using var content = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
                assembler.Add(name, content, content.Length);
            }
        }

        return assembler.Build();
    }

    private static ImageDataset ReadFile(string file, CancellationToken cancellation)
    {
        if (Cifar10Files.IsExpected(Path.GetFileName(file)))
        {
            throw new DataException($"{file} is one file of CIFAR-10: give the directory that holds it and the others");
        }

        var assembler = new Cifar10Assembler(file, cancellation);
        Cifar10Archive.Visit(file, assembler.Add, cancellation);
        return assembler.Build();
    }

    private static bool HoldsBatches(string directory) =>
        Cifar10Files.RequiredFiles.Any(name => File.Exists(Path.Combine(directory, name)));

    private static DataException NotFoundIn(string directory)
    {
        string[] candidates = [directory, .. Directory.EnumerateDirectories(directory, "cifar*")];
        string? other = candidates
            .SelectMany(Directory.EnumerateFiles)
            .Select(file => Cifar10Files.RecogniseOther(Path.GetFileName(file)))
            .FirstOrDefault(set => set is not null);
        return new DataException(other is null
            ? $"{directory} holds no CIFAR-10: expected data_batch_1.bin and its companions there, or in {Cifar10Files.DirectoryName} below it, or {Cifar10Files.ArchiveName}"
            : $"{directory} looks like {other}: expected the binary version of CIFAR-10 ({Cifar10Files.ArchiveName}), get that one");
    }
}
