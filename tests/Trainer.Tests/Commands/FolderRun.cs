using CifarFast.Engine.Tests.Data;
using CifarFast.Trainer.Tests.Images;

namespace CifarFast.Trainer.Tests.Commands;

/// <summary>A short run on a folder of pictures with all kinds of trouble in it, which several tests look at.</summary>
public sealed class FolderRun : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();
    private readonly PictureTree _tree;

    public FolderRun()
    {
        _tree = new PictureTree(_temporary.Below("pictures"));
        foreach ((string split, int first, int count) in new[] { ("train", 0, 12), ("val", 12, 4), ("test", 16, 6) })
        {
            for (int kind = 0; kind < ClassNames.Length; kind++)
            {
                for (int i = 0; i < count; i++)
                {
                    // A GIF has so few colours that those of two splits would be alike.
                    string format = PictureTree.Formats[i % (PictureTree.Formats.Count - (split == "train" ? 0 : 1))];
                    string below = i % 3 == 0 ? "deeper/" : "";
                    _tree.Draw($"{split}/{ClassNames[kind]}/{below}{i}.{format}", kind, first + i, width: 30 + (9 * i), height: 60 - (3 * i));
                }
            }
        }

        _tree.Write("train/red ones/notes.txt", "no picture"u8);
        _tree.Write("train/red ones/broken.jpg", [0xFF, 0xD8, 0xFF, 0xE0, 0, 0]);
        _tree.Draw("test/unknown/1.png", 1, 0);
        System.IO.Directory.CreateDirectory(_temporary.Below("pictures", "train", "nothing"));
        if (!OperatingSystem.IsWindows())
        {
            System.IO.Directory.CreateSymbolicLink(_temporary.Below("pictures", "train", "red ones", "round"), "../..");
        }

        Before = Listing();
        Directory = _temporary.Below("run");
        Outcome = Cifarfast.Run(
            "train", "--data", Data, "--recipe", "reference", "--epochs", "6", "--batch-size", "8", "--momentum", "0.9", "--fit", "letterbox", "--threads", "2", "--out", Directory);
    }

    /// <summary>The classes, in the order of their labels.</summary>
    public static string[] ClassNames { get; } = ["red ones", "зелёные", "青"];

    public string Data => _tree.Folder;

    public string Directory { get; }

    public Outcome Outcome { get; }

    /// <summary>All that lay in the folder before the run.</summary>
    public string[] Before { get; }

    /// <summary>All that lies in the folder.</summary>
    public string[] Listing() =>
        [.. System.IO.Directory.GetFileSystemEntries(Data, "*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 4 }).Order(StringComparer.Ordinal).Select(path => $"{path} {File.GetLastWriteTimeUtc(path).Ticks}")];

    public void Dispose() => _temporary.Dispose();
}
