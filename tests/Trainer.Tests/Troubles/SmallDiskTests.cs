using CifarFast.Engine.Checkpoints;
using CifarFast.Trainer.Tests.Commands;

namespace CifarFast.Trainer.Tests.Troubles;

/// <summary>Runs on disks that have room for few checkpoints.</summary>
public sealed class SmallDiskTests(UninterruptedRun example) : IClassFixture<UninterruptedRun>
{
    private const int AllElse = 1 << 20;

    /// <summary>A checkpoint with momentum is twice as large as the trained weights.</summary>
    [Theory]
    [InlineData(1, 0, false)]
    [InlineData(1.5, 0, true)]
    [InlineData(2, UninterruptedRun.Steps, false)]
    [InlineData(2.5, UninterruptedRun.Steps, true)]
    [InlineData(3, UninterruptedRun.Steps, true)]
    [InlineData(3.5, UninterruptedRun.Steps, true)]
    [InlineData(4, UninterruptedRun.Steps, true)]
    public void The_newest_state_survives(double checkpoints, int lastStep, bool hasWeights)
    {
        using var disk = new SmallDisk(Bytes(checkpoints));
        string run = Path.Combine(disk.Path, "run");
        string last = Path.Combine(run, "checkpoints", "last.safetensors");
        string weights = Path.Combine(run, "weights.safetensors");

        Outcome outcome = Cifarfast.Run(example.CommandLine(run));

        Assert.Equal(lastStep, Checkpoint.Read(last).State.Step);
        Assert.Equal(hasWeights, File.Exists(weights));
        Assert.Empty(Directory.GetFiles(run, "*.tmp", SearchOption.AllDirectories));
        if (lastStep == UninterruptedRun.Steps && hasWeights)
        {
            Assert.Equal(ExitCode.Success, outcome.ExitCode);
            Assert.Equal(RunFiles.Tensors(example.Directory), RunFiles.Tensors(run));
        }
        else
        {
            Assert.Equal(ExitCode.Failure, outcome.ExitCode);
            string saved = hasWeights ? $", and {weights} the trained weights" : "";
            Assert.Contains($" {last} holds step {lastStep} of {UninterruptedRun.Steps}{saved}; make room, or make '{run}' writable, and go on from there: ", outcome.Error);
        }

        Cifarfast.Run("eval", "--checkpoint", run).Succeeded();
        disk.Resize(Bytes(5));
        Cifarfast.Run("train", "--no-report", "--resume", run).Succeeded();
        RunFiles.AssertSameEndAndFiles(example.Directory, run);
    }

    [Fact]
    public void Where_three_fit_nothing_is_told()
    {
        using var disk = new SmallDisk(Bytes(3));
        Cifarfast.Run(example.CommandLine(Path.Combine(disk.Path, "run"))).Succeeded();
    }

    [Fact]
    public void A_run_that_goes_on_writes_over_the_weights_of_its_earlier_end()
    {
        using var disk = new SmallDisk(Bytes(2.5));
        string run = Path.Combine(disk.Path, "run");
        Assert.Equal(ExitCode.Success, Cifarfast.Run(example.CommandLine(run, more: ["--max-steps", "30"])).ExitCode);

        Outcome outcome = Cifarfast.Run("train", "--no-report", "--resume", run, "--max-steps", "100000");

        Assert.Equal(ExitCode.Success, outcome.ExitCode);
        RunFiles.AssertSameEndAndFiles(example.Directory, run);
    }

    private long Bytes(double checkpoints) =>
        (long)(checkpoints * new FileInfo(Path.Combine(example.Directory, "checkpoints", "last.safetensors")).Length) + AllElse;
}
