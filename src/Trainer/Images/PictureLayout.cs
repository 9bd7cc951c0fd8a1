using CifarFast.Engine.Data;

namespace CifarFast.Trainer.Images;

/// <summary>Which pictures of a folder are there to train on, to validate and to test with, by the names of the folders in it.</summary>
/// <param name="Train">The folder of those to train on, as its name and a slash; empty for all of the folder; null where there is none.</param>
/// <param name="Validation">The folder of those that epochs are chosen by, or null.</param>
/// <param name="Test">The folder of those that are measured with, or null.</param>
internal sealed record PictureLayout(string? Train, string? Validation, string? Test)
{
    private static readonly string[] _testNames = ["test", "testing"];
    private static readonly string[] _validationNames = ["val", "valid", "validation"];

    /// <summary>Whether there are folders named by what they are for, and not only one a class.</summary>
    public bool HasSplits => Train != "";

    /// <summary>Whether a name is one of a folder of classes.</summary>
    public static bool IsSplit(string folder) => Is(DatasetRecognition.TrainNames, folder) || Is(_testNames, folder) || Is(_validationNames, folder);

    /// <summary>Tells by a folder's folders. One that is named as a split has classes in it: without any folders, it is a class of that name.</summary>
    /// <param name="name">What messages call the folder.</param>
    /// <param name="folders">The folders below it, as <see cref="FileTree.Folders"/>.</param>
    /// <exception cref="DataException">Two folders are for the same.</exception>
    public static PictureLayout Of(string name, IReadOnlyList<string> folders)
    {
        string[] splits = [.. folders.Where(folder => folder.Contains('/')).Select(folder => folder[..folder.IndexOf('/')]).Distinct().Where(IsSplit)];
        return splits.Length == 0 ? new PictureLayout("", null, null) : new PictureLayout(Find(DatasetRecognition.TrainNames), Find(_validationNames), Find(_testNames));

        string? Find(IReadOnlyList<string> names)
        {
            string[] found = [.. splits.Where(split => Is(names, split)).Order(StringComparer.Ordinal)];
            return found.Length > 1
                ? throw new DataException($"{name} has '{found[0]}' and '{found[1]}', which are for the same pictures: leave one of them")
                : found.Length == 1 ? $"{found[0]}/" : null;
        }
    }

    private static bool Is(IReadOnlyList<string> names, string folder) => names.Contains(folder, StringComparer.OrdinalIgnoreCase);
}
