using CifarFast.Engine.Tests.Data;
using CifarFast.Trainer.Images;

namespace CifarFast.Trainer.Tests.Images;

/// <summary>Which files of a folder are pictures.</summary>
public sealed class PictureFolderTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    private string Folder => _temporary.Below("folder");

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Folders_below_are_gone_through_in_the_order_of_names()
    {
        Write("picture", "b.png", "a/1.png", "a/z/0.png", "B/2.png", "a/10.png");
        Assert.Equal(["B/2.png", "a/1.png", "a/10.png", "a/z/0.png", "b.png"], PicturesOf(new PictureFolder(Folder)));
    }

    [Fact]
    public void A_picture_is_known_by_its_content()
    {
        Write("picture", "photo.jfif", "photo.jpe", "photo", "photo.JPG", "photo.txt", "photo.1");
        Write("something else", "photo.png", "photo.jpg", "notes.txt");
        Write("", "photo.gif");
        var folder = new PictureFolder(Folder);
        Assert.Equal(["photo", "photo.1", "photo.JPG", "photo.jfif", "photo.jpe", "photo.txt"], PicturesOf(folder));
        Assert.Equal(["notes.txt", "photo.gif", "photo.jpg", "photo.png"], folder.Others.Select(Relative));
        Assert.Empty(folder.Failures);
    }

    [Fact]
    public void What_systems_hide_or_keep_for_themselves_is_passed_over()
    {
        Write("picture", "photo.png", "__MACOSX/photo.png", ".thumbnails/photo.png", ".photo.png");
        Write("\0\u0005\u0016\u0007companion", "._photo.png", "__MACOSX/._photo.png");
        Write("something else", ".DS_Store", "Thumbs.db", "desktop.ini");
        var folder = new PictureFolder(Folder);
        Assert.Equal(["photo.png"], PicturesOf(folder));
        Assert.Empty(folder.Others);
    }

    [Fact]
    public void Links_are_followed_but_not_round_in_circles()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links want a privilege there");
        Write("picture", "a/1.png", "c/3.png");
        string elsewhere = Directory.CreateDirectory(_temporary.Below("elsewhere")).FullName;
        File.WriteAllText(Path.Combine(elsewhere, "2.png"), "GIF89a");
        Directory.CreateSymbolicLink(Path.Combine(Folder, "b"), elsewhere);
        Directory.CreateSymbolicLink(Path.Combine(Folder, "a", "up"), "..");
        Directory.CreateSymbolicLink(Path.Combine(Folder, "a", "across"), "../c");
        Directory.CreateSymbolicLink(Path.Combine(Folder, "c", "back"), "../a");
        Directory.CreateSymbolicLink(Path.Combine(elsewhere, "home"), Folder);
        File.CreateSymbolicLink(Path.Combine(Folder, "d.png"), Path.Combine("c", "3.png"));
        File.CreateSymbolicLink(Path.Combine(Folder, "self"), "self");
        Directory.CreateSymbolicLink(_temporary.Below("link"), Folder);

        var folder = new PictureFolder(_temporary.Below("link"));

        // A link to itself is nothing that can be opened, and whoever tries says so.
        Assert.Equal(["a/1.png", "b/2.png", "c/3.png", "d.png", "self"], folder.Pictures.Select(picture => Path.GetRelativePath(_temporary.Below("link"), picture)));
        Assert.Empty(folder.Failures);
    }

    [Fact]
    public void A_folder_that_cannot_be_read_is_named_and_the_others_are_gone_through()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "whoever runs this may read everything");
        Write("picture", "a/1.png", "b/2.png");
        string closed = Path.Combine(Folder, "a");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(closed, UnixFileMode.None);
        }

        var folder = new PictureFolder(Folder);
        Assert.Equal(["b/2.png"], PicturesOf(folder));
        Assert.StartsWith($"'{closed}' cannot be read: ", Assert.Single(folder.Failures).Message);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private void Write(string content, params string[] names)
    {
        foreach (string name in names)
        {
            string file = Path.Combine(Folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, content == "picture" ? "GIF89a" : content);
        }
    }

    private string[] PicturesOf(PictureFolder folder) => [.. folder.Pictures.Select(Relative)];

    private string Relative(string file) => Path.GetRelativePath(Folder, file).Replace('\\', '/');
}
