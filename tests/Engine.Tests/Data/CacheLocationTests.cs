using CifarFast.Engine.Data;

namespace CifarFast.Engine.Tests.Data;

public sealed class CacheLocationTests
{
    private static readonly string _root = Path.GetPathRoot(Environment.CurrentDirectory)!;
    private static readonly string _home = Path.Combine(_root, "home", "anna");

    [Fact]
    public void Follows_the_custom_of_each_system()
    {
        Assert.Equal(Path.Combine(_home, ".cache", "cifarfast"), Find(xdg: null, _home));
        Assert.Equal(Path.Combine(_home, "Library", "Caches", "cifarfast"), Find(xdg: null, _home, macOS: true));
        Assert.Equal(Path.Combine(_home, "local", "cifarfast"), Find(xdg: null, _home, windows: true));
    }

    [Fact]
    public void Takes_the_directory_of_XDG_where_it_is_a_full_path()
    {
        Assert.Equal(Path.Combine(_root, "scratch", "cifarfast"), Find(Path.Combine(_root, "scratch"), _home));
        Assert.Equal(Path.Combine(_home, ".cache", "cifarfast"), Find("scratch", _home));
        Assert.Equal(Path.Combine(_home, ".cache", "cifarfast"), Find("", _home));
    }

    [Fact]
    public void Is_none_without_a_home()
    {
        Assert.Null(Find(xdg: null, home: ""));
        Assert.Null(Find(xdg: null, home: "", macOS: true));
        Assert.Null(Find(xdg: null, home: "", windows: true));
        Assert.Equal(Path.Combine(_root, "scratch", "cifarfast"), Find(Path.Combine(_root, "scratch"), home: ""));
    }

    private static string? Find(string? xdg, string home, bool windows = false, bool macOS = false) => CacheLocation.Find(
        windows,
        macOS,
        name => name == "XDG_CACHE_HOME" ? xdg : null,
        folder => folder == Environment.SpecialFolder.LocalApplicationData && home.Length > 0 ? Path.Combine(home, "local") : home);
}
