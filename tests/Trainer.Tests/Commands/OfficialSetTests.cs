using CifarFast.Engine.Tests.Data;

namespace CifarFast.Trainer.Tests.Commands;

/// <summary>Images that could be taken for those of the official CIFAR-10, and are others.</summary>
public sealed class OfficialSetTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Each_command_that_uses_the_images_says_so_once_and_goes_on()
    {
        string data = TinyCifar.WriteBlank(_temporary.Below("data"));
        string run = _temporary.Below("run");
        string[] training = [.. Enumerable.Range(1, 5).Select(batch => $"data_batch_{batch}.bin")];
        AssertWarned(["train", "--data", data, "--max-steps", "1", "--batch-size", "1", "--limit-test", "2", "--out", run], [.. training, "test_batch.bin"]);
        Assert.Equal("completed", Summary.Load(run).Text("status"));

        AssertWarned(["report", run], "test_batch.bin");
        AssertWarned(["eval", "--checkpoint", run, "--limit", "2"], "test_batch.bin");
        AssertWarned(["eval", "--checkpoint", run, "--limit", "2", "--split", "train"], training);

        void AssertWarned(string[] command, params string[] changed) => Cifarfast.Run(command).EndedWith(
            ExitCode.Success, $"WARNING: the set is not the official CIFAR-10: {string.Join(", ", changed)} in {data} ", "if that is not on purpose, get cifar-10-binary.tar.gz again");
    }
}
