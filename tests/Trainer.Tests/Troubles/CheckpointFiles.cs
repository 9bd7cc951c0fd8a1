namespace CifarFast.Trainer.Tests.Troubles;

/// <summary>The checkpoints of a run that waits for the test, while what it began to write before is still being written.</summary>
internal static class CheckpointFiles
{
    /// <summary>Waits until none of them is half written.</summary>
    public static void WaitUntilWritten(string run) =>
        Assert.True(
            SpinWait.SpinUntil(() => Directory.GetFiles(Path.Combine(run, "checkpoints"), "*.tmp").Length == 0, TimeSpan.FromSeconds(60)),
            "the checkpoint is not finished");
}
