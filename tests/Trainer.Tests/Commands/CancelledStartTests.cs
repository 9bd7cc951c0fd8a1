using System.Security.Cryptography;
using CifarFast.Engine.Data;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Tests.Data;
using CifarFast.Trainer.Commands;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Tests.Commands;

/// <summary>What takes long at the start of a run is given up when that is asked for, however far it has come.</summary>
public sealed class CancelledStartTests : IDisposable
{
    private static readonly CancellationToken _cancelled = new(canceled: true);

    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void The_hash_of_the_images()
    {
        var loaded = new LoadedDataset(SyntheticImages.Create(seed: 1, train: 2, test: 2, TestContext.Current.CancellationToken), "drawn", Warning: null);
        Assert.Throws<OperationCanceledException>(() => RunData.Of(loaded, _cancelled));
        Assert.Equal(64, RunData.Of(loaded, CancellationToken.None).TrainSha256.Length);
    }

    [Fact]
    public void The_hash_of_the_weights_to_begin_with()
    {
        string file = _temporary.Below("weights");
        File.WriteAllBytes(file, [1, 2, 3]);
        var settings = new TrainSettings { Dataset = new DatasetRequest(), Recipe = RecipeCatalog.All[0], Execution = new ExecutionOptions(), Init = file };
        Assert.ThrowsAny<OperationCanceledException>(() => TrainRun.WithHashOfInit(settings, _cancelled));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData([1, 2, 3])), TrainRun.WithHashOfInit(settings, CancellationToken.None).InitSha256);
    }
}
