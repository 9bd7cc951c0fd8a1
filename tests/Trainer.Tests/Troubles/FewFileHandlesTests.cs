using CifarFast.Engine.Tests.Data;

namespace CifarFast.Trainer.Tests.Troubles;

/// <summary>Limits of how many files may be open at once.</summary>
public sealed class FewFileHandlesTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    public FewFileHandlesTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "limits as these are set in a shell on Linux");

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData(48)]
    [InlineData(64)]
    [InlineData(100)]
    public async Task Too_few_are_told_of_in_one_line(int limit)
    {
        Outcome outcome = await RunAsync(limit, "info");
        outcome.EndedWith(ExitCode.Failure, "too few files may be open at once", "ulimit -n 1024");
        Assert.Equal("", outcome.Output);
    }

    [Fact]
    public async Task What_a_shell_writes_to_the_same_file_comes_behind_it()
    {
        using CifarfastProcess process = CifarfastProcess.StartInShell(
            _temporary.Path, "{ ulimit -n 64; \"$0\" \"$@\"; echo behind it; } > both.txt 2>&1", "info");
        await process.EndAsync();

        string[] lines = await File.ReadAllLinesAsync(_temporary.Below("both.txt"), TestContext.Current.CancellationToken);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("cifarfast: too few files may be open at once", lines[0], StringComparison.Ordinal);
        Assert.Equal("behind it", lines[1]);
    }

    [Fact]
    public async Task Where_they_are_enough_to_begin_they_are_enough_to_the_end()
    {
        int limit = 100;
        while ((await RunAsync(limit, "--version")).ExitCode != ExitCode.Success)
        {
            limit += 4;
            Assert.True(limit < 1024, "there are never enough");
        }

        string data = TinyCifar.WriteDirectory(_temporary.Below("data"));
        (await RunAsync(limit, "train", "--data", data, "--epochs", "2", "--checkpoint-every", "1", "--out", "run")).Succeeded();
        Assert.True(File.Exists(_temporary.Below("run", "report.html")));
    }

    private async Task<Outcome> RunAsync(int limit, params string[] args)
    {
        using CifarfastProcess process = CifarfastProcess.StartInShell(_temporary.Path, $"ulimit -n {limit}; exec \"$0\" \"$@\"", args);
        return await process.EndAsync();
    }
}
