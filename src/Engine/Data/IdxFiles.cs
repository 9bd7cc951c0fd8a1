using System.Security.Cryptography;
using CifarFast.Engine.Files;

namespace CifarFast.Engine.Data;

/// <summary>The names of the IDX files that MNIST and the sets in its place consist of, and what of them tells which set they are.</summary>
internal static class IdxFiles
{
    public const string TrainImages = "train-images-idx3-ubyte";
    public const string TrainLabels = "train-labels-idx1-ubyte";
    public const string TestImages = "t10k-images-idx3-ubyte";
    public const string TestLabels = "t10k-labels-idx1-ubyte";

    /// <summary>Far more than the labels of the official sets take.</summary>
    private const int MaxLabelBytes = 1 << 17;

    private static readonly string[] _names = [TrainImages, TrainLabels, TestImages, TestLabels];

    /// <summary>Whether a file is one of the four, also compressed, also with a dot in place of the second dash, as some programs unpack them.</summary>
    public static bool IsExpected(string fileName) => _names.SelectMany(Spellings).Contains(fileName);

    /// <summary>One of the four files in a directory, or null where it is not there.</summary>
    public static string? Find(string directory, string name) =>
        Spellings(name).Select(spelling => Path.Combine(directory, spelling)).FirstOrDefault(File.Exists);

    /// <summary>Whether a directory has one of the four files.</summary>
    public static bool AreIn(string directory) => _names.Any(name => Find(directory, name) is not null);

    /// <summary>The set whose official labels a directory holds; null where they are of no set that is known.</summary>
    /// <exception cref="IOException">They cannot be read.</exception>
    public static DatasetKind? Recognise(string directory)
    {
        string? test = HashOf(Find(directory, TestLabels));
        string? train = test is null ? HashOf(Find(directory, TrainLabels)) : null;
        return new[] { IdxFormat.Mnist, IdxFormat.FashionMnist }
            .FirstOrDefault(format => test == format.TestLabels || train == format.TrainLabels)?.Kind;
    }

    private static string[] Spellings(string name)
    {
        string dotted = name.Replace("-idx", ".idx", StringComparison.Ordinal);
        return [name, dotted, name + ".gz", dotted + ".gz"];
    }

    private static string? HashOf(string? path)
    {
        if (path is null)
        {
            return null;
        }

        byte[] bytes = new byte[MaxLabelBytes];
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            using Stream content = GzipFile.Unpacked(file);
            int length = content.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return Convert.ToHexStringLower(SHA256.HashData(bytes.AsSpan(0, length)));
        }
        catch (InvalidDataException)
        {
            // Said by those who read it.
            return null;
        }
    }
}
