using CifarFast.Engine.Files;

namespace CifarFast.Engine.Data;

/// <summary>Tells by its content which data set a place holds.</summary>
internal static class DatasetRecognition
{
    /// <summary>As many files as can be looked at before a person has to wait.</summary>
    private const int MaxFilesLookedAt = 10_000;

    /// <summary>Folders below that of a class, or of a split, in which its pictures are looked for.</summary>
    private const int MaxDepth = 3;

    /// <summary>What folders with the pictures to learn from are called.</summary>
    public static IReadOnlyList<string> TrainNames { get; } = ["train", "training"];

    /// <summary>The set that a place holds.</summary>
    /// <param name="place">A directory or an archive, with its full name.</param>
    /// <param name="likely">What to take it for where it could be several; <see cref="DatasetKind.Auto"/> for nothing.</param>
    /// <returns>The set, and one line to say where it cannot be told for sure.</returns>
    /// <exception cref="DataException">There is nothing, or no set that is known, or several.</exception>
    public static (DatasetKind Kind, string? Warning) Decide(string place, DatasetKind likely)
    {
        try
        {
            IReadOnlyList<DatasetKind> kinds = Directory.Exists(place) ? InDirectory(place) : InFile(place);
            return kinds switch
            {
                [] => throw Nothing(place),
                _ when kinds.Contains(likely) => (likely, null),
                [var only] => (only, null),
                [DatasetKind.Mnist, DatasetKind.FashionMnist] => (DatasetKind.Mnist,
                    $"the IDX files in {place} do not tell what they show; they are taken for digits (MNIST), which are not mirrored: where they are not, say --dataset fashion-mnist"),
                _ => throw new DataException(
                    $"{place} could be {string.Join(" or ", kinds.Select(KnownSet.NameOf))}: say which with --dataset"),
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{place} cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>The directories that files of known sets lie in: the one given, those in it and those in these.</summary>
    public static IReadOnlyList<(string Directory, KnownSet Set)> KnownBelow(string directory)
    {
        // As deep as sets lie below the directory they were unpacked in.
        var below = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1, IgnoreInaccessible = true };
        return
        [
            .. Directory.EnumerateFiles(directory)
                .Concat(Directory.EnumerateDirectories(directory).SelectMany(child => Directory.EnumerateFiles(child, "*", below)))
                .Take(MaxFilesLookedAt)
                .Select(file => (Directory: Path.GetDirectoryName(file)!, Set: KnownSet.Of(Path.GetFileName(file))))
                .Where(found => found.Set is not null)
                .Select(found => (found.Directory, found.Set!))
                .Distinct(),
        ];
    }

    private static IReadOnlyList<DatasetKind> InFile(string file)
    {
        if (!File.Exists(file))
        {
            throw new DataException($"{file} does not exist: expected the directory or the archive of a data set");
        }

        // A file that is none of these is called by its name where the archive is read.
        string name = Path.GetFileName(file);
        DatasetKind? kind = (KnownSet.Of(name) ?? CifarArchive.Recognise(file))?.Kind;
        return [kind is DatasetKind.Cifar100 or DatasetKind.Mnist ? kind.Value : DatasetKind.Cifar10];
    }

    private static List<DatasetKind> InDirectory(string directory)
    {
        var kinds = new List<DatasetKind>();
        kinds.AddRange(new[] { CifarFormat.Cifar10, CifarFormat.Cifar100 }.Where(format => format.FindIn(directory) is not null).Select(format => format.Kind));
        if (IdxFiles.AreIn(directory))
        {
            kinds.AddRange(IdxFiles.Recognise(directory) is DatasetKind kind ? [kind] : [DatasetKind.Mnist, DatasetKind.FashionMnist]);
        }

        // A single folder with pictures beside another set is no set of its own: a run's report, say.
        int looked = 0;
        string[] folders = [.. PictureFolders(directory, () => looked++ < MaxFilesLookedAt).Take(2)];
        if (folders.Length > (kinds.Count == 0 ? 0 : 1) || folders.Any(IsOfTraining))
        {
            kinds.Add(DatasetKind.Folder);
        }

        return kinds;
    }

    /// <summary>The folders in a directory that have pictures in them or below, those first that are called as such with pictures to learn from.</summary>
    private static IEnumerable<string> PictureFolders(string directory, Func<bool> mayLook)
    {
        var below = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = MaxDepth, IgnoreInaccessible = true };
        return Directory.EnumerateDirectories(directory)
            .Where(folder => !Path.GetFileName(folder).StartsWith('.'))
            .OrderByDescending(IsOfTraining)
            .Where(folder => Directory.EnumerateFiles(folder, "*", below).TakeWhile(_ => mayLook()).Any(file => FileSignature.Of(file).Kind == FileKind.Picture));
    }

    private static bool IsOfTraining(string folder) => TrainNames.Contains(Path.GetFileName(folder), StringComparer.OrdinalIgnoreCase);

    private static DataException Nothing(string directory)
    {
        IReadOnlyList<(string Directory, KnownSet Set)> known = KnownBelow(directory);
        const string Expected = "expected the binary version of CIFAR-10 or CIFAR-100 (cifar-10-binary.tar.gz, cifar-100-binary.tar.gz), the IDX files of MNIST, or a folder of pictures a class";
        return known.FirstOrDefault(found => found.Set.Kind is not null && found.Directory != directory).Directory is string place
            ? new DataException($"{directory} holds no data set itself: give {place}, which does")
            : known.Count > 0 ? new DataException($"{directory} looks like {known[0].Set.Description}: {Expected}")
            : new DataException($"{directory} holds no data set: {Expected}");
    }
}
