using System.Security.Cryptography;
using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Tests.Data;
using CifarFast.Trainer.Tests.Commands;

namespace CifarFast.Trainer.Tests.Troubles;

/// <summary>Runs that go on although their last checkpoint was damaged, or cannot.</summary>
public sealed class DamagedCheckpointTests : IClassFixture<UninterruptedRun>, IDisposable
{
    private readonly UninterruptedRun _example;
    private readonly TemporaryDirectory _temporary = new();
    private readonly string _run;

    public DamagedCheckpointTests(UninterruptedRun example)
    {
        _example = example;
        _run = _temporary.Below("run");
        Cifarfast.Run(example.CommandLine(_run, more: ["--max-steps", "30"])).Succeeded();
    }

    private string Last => Path.Combine(_run, "checkpoints", "last.safetensors");

    private string Previous => Path.Combine(_run, "checkpoints", "previous.safetensors");

    private string Best => Path.Combine(_run, "checkpoints", "best.safetensors");

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData("truncated")]
    [InlineData("flipped")]
    [InlineData("empty")]
    public void The_one_before_it_takes_its_place(string damage)
    {
        long before = Checkpoint.Read(Previous).State.Step;
        Damage(Last, damage);

        Outcome outcome = Resume();

        outcome.EndedWith(ExitCode.Success, $"WARNING: {Last} ", $"; going on from {Previous}, step {before}");
        RunFiles.AssertSameEndAndFiles(_example.Directory, _run);
    }

    [Theory]
    [InlineData("truncated")]
    [InlineData("flipped")]
    [InlineData("empty")]
    public void All_damaged_ones_end_it_and_nothing_is_touched(string damage)
    {
        Damage(Last, damage);
        Damage(Previous, damage);
        Damage(Best, damage);
        (string, DateTime, string)[] before = Contents();

        Resume().EndedWith(ExitCode.Failure, Last, Previous, Best);

        Assert.Equal(before, Contents());
    }

    [Fact]
    public void Of_two_damaged_ones_the_best_one_takes_the_place()
    {
        Damage(Last, "flipped");
        Damage(Previous, "truncated");
        Resume().EndedWith(ExitCode.Success, $"WARNING: {Last} ", $"; going on from {Best}, step ");
        RunFiles.AssertSameEnd(_example.Directory, _run);
    }

    [Fact]
    public void Where_only_the_best_one_is_left_it_serves()
    {
        File.Delete(Last);
        File.Delete(Previous);
        Resume().Succeeded();
        RunFiles.AssertSameEndAndFiles(_example.Directory, _run);
    }

    private static void Damage(string path, string how)
    {
        byte[] content = File.ReadAllBytes(path);
        content[content.Length / 2] ^= 1;
        File.WriteAllBytes(path, how switch
        {
            "flipped" => content,
            "empty" => [],
            _ => content[..(content.Length / 2)],
        });
    }

    private Outcome Resume() => Cifarfast.Run("train", "--no-report", "--resume", _run, "--max-steps", "100000");

    private (string Name, DateTime Written, string Hash)[] Contents() =>
    [
        .. Directory.GetFiles(_run, "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(path => (path, File.GetLastWriteTimeUtc(path), Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path))))),
    ];
}
