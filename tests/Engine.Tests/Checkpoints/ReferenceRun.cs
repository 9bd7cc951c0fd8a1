using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tests.Execution;
using CifarFast.Engine.Tests.Training;
using CifarFast.Engine.Training;

namespace CifarFast.Engine.Tests.Checkpoints;

/// <summary>A run of the reference network after three steps, and what it holds.</summary>
internal sealed class ReferenceRun : IDisposable
{
    private readonly Network _network;

    public ReferenceRun(float momentum)
    {
        var options = new Recipe { Optimizer = new SGD(Momentum: momentum), BatchSize = 2, MaxSteps = 3 };
        _network = new Network(NetworkCatalog.Reference(), ExecutionPaths.Options(SimdTiers.Best.Name()), options.BatchSize, seed: 3);
        Session = new TrainingSession(_network, new TrainingData(TrainingFixture.Images.Train), options);
        Session.Run(new Recorder(), TestContext.Current.CancellationToken);
    }

    public TrainingSession Session { get; }

    /// <summary>Saves a checkpoint and returns its path.</summary>
    public string Save(string directory)
    {
        using var store = new CheckpointStore(directory);
        store.Save(Session, new Dictionary<string, string> { ["note"] = "größer 😀 \"x\"" }, isBest: false);
        store.Flush();
        Assert.Null(store.Failure);
        return store.LastPath;
    }

    /// <summary>The parameters, then what the optimizer keeps, row-major.</summary>
    public IEnumerable<(string Name, float[] Values)> Tensors() =>
        Session.StateTensors.Select(tensor => (tensor.Name, TrainingFixture.Values(tensor)));

    public void Dispose() => _network.Dispose();
}
