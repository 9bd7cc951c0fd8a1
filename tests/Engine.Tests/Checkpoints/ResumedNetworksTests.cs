using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Data;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Execution;
using CifarFast.Engine.Tests.Training;
using CifarFast.Engine.Training;

namespace CifarFast.Engine.Tests.Checkpoints;

/// <summary>Runs of any network with any optimizer, stopped and loaded between any two steps, have the bits of one that is not.</summary>
public class ResumedNetworksTests
{
    private const int Steps = 6;
    private const int BatchSize = 3;

    private static readonly ImageSet _images = TrainingFixture.Images.Train.Take(BatchSize * 4);

    private static readonly Dictionary<string, Module[]> _networks = new()
    {
        ["residual"] = [new Residual(new Sequential(new Conv2d(3, 4, KernelSize: 3, Padding: 1), new ReLU(), new Conv2d(4, 3, KernelSize: 3, Padding: 1))), new MaxPool2d(4)],
        ["frozen-and-buffer"] = [new FrozenBatchNorm2d(3), new Shift(3), new Frozen(new Conv2d(3, 5, KernelSize: 3, Stride: 4)), new ReLU(), new Conv2d(5, 3, KernelSize: 1), new Shift(3)],
        ["batchnorm"] = [new Normalize([0.5f, 0.4f, 0.3f], [0.25f, 0.5f, 1]), new Conv2d(3, 4, KernelSize: 3, Stride: 4, Bias: false), new Frozen(new BatchNorm2d(4), "weight"), new LeakyReLU(), new Conv2d(4, 3, KernelSize: 1), new Scale(0.5f)],
        ["read-three-times"] = [new Conv2d(3, 3, KernelSize: 1, Stride: 4), new Residual(new Residual(new Conv2d(3, 3, KernelSize: 3, Padding: 1)))],
        ["dropout"] = [new Conv2d(3, 3, KernelSize: 1, Stride: 4), new Dropout(0.3f), new Residual(new Sequential(new Dropout(), new Conv2d(3, 3, KernelSize: 3, Padding: 1)))],
    };

    private static readonly Dictionary<string, Recipe> _options = new()
    {
        ["sgd"] = new() { Optimizer = new SGD(Momentum: 0.9f, Nesterov: true, WeightDecay: 1e-3f) },
        ["adamw"] = new() { Optimizer = new AdamW { Groups = [new ParameterGroup("*.bias", LearningRateFactor: 2, WeightDecay: 0)] } },
        ["averaged"] = new() { Optimizer = new SGD(Momentum: 0.9f), Average = new WeightAverage(Decay: 0.75) },
        ["muon"] = new()
        {
            Optimizer = new Muon(Momentum: 0.6f, Steps: 3, NormalizeWeights: true)
            {
                MaxGradientNorm = 1,
                Groups =
                [
                    new ParameterGroup("*.bias") { Optimizer = new AdamW() },
                    new ParameterGroup("*.shift") { Optimizer = new SGD(Momentum: 0.9f, DecoupledWeightDecay: true) },
                ],
            },
        },

        // Its last step, which is none of an update, is the run's.
        ["lookahead"] = new() { Epochs = 1.5m, Optimizer = new SGD(Momentum: 0.9f), Average = new WeightAverage(Decay: 0.75, Every: 4, Power: 3, Lookahead: true) },
    };

    public static TheoryData<string, string> NetworksAndOptions => ExecutionPaths.Combine(_networks.Keys, [.. _options.Keys]);

    [Theory]
    [MemberData(nameof(NetworksAndOptions))]
    public void It_goes_on_as_if_it_had_never_stopped(string network, string optionsName)
    {
        (float[] Tensors, EpochMetrics[] Epochs) whole = Run(network, optionsName, stopAfter: null);
        for (int step = 1; step < Steps; step++)
        {
            (float[] tensors, EpochMetrics[] epochs) = Run(network, optionsName, step);

            Assert.Equal(whole.Tensors, tensors);
            Assert.Equal(whole.Epochs.Select(epoch => (epoch.TrainLoss, epoch.TestLoss)), epochs.Select(epoch => (epoch.TrainLoss, epoch.TestLoss)));
        }
    }

    [Fact]
    public void A_checkpoint_without_a_buffer_is_refused()
    {
        using Network network = Make("frozen-and-buffer");
        var file = new MemoryStream();
        Checkpoint.Write(file, network, new TrainingState(), new Dictionary<string, string>());
        var raw = RawSafetensors.Of(file.ToArray());
        byte[] renamed = (raw with { Header = raw.Header.Replace("\"1.shift\"", "\"1.other\"", StringComparison.Ordinal) }).ToBytes();

        CheckpointException error = Assert.Throws<CheckpointException>(() => TinyRun.Read(renamed).CopyTo(network));
        Assert.Contains("has no tensor '1.shift'", error.Message, StringComparison.Ordinal);
    }

    private static (float[] Tensors, EpochMetrics[] Epochs) Run(string network, string optionsName, int? stopAfter)
    {
        Recipe options = _options[optionsName] with { BatchSize = BatchSize, Epochs = Math.Min(2, _options[optionsName].Epochs), MaxSteps = Steps, Schedule = new CosineSchedule(WarmUp: 0.2) };
        using Network first = Make(network);
        var session = new TrainingSession(first, new TrainingData(_images, Test: _images), options);
        if (stopAfter is not int step)
        {
            return End(session);
        }

        TrainingFixture.TrainTo(session, step);
        var snapshot = new CheckpointSnapshot(session);
        snapshot.Take(session, new Dictionary<string, string>());
        var file = new MemoryStream();
        snapshot.WriteTo(file);

        // Another seed, so that nothing is right by chance.
        using Network second = Make(network, seed: 9);
        var resumed = new TrainingSession(second, new TrainingData(_images, Test: _images), options);
        TinyRun.Read(file.ToArray()).CopyTo(resumed);
        return End(resumed);
    }

    private static (float[] Tensors, EpochMetrics[] Epochs) End(TrainingSession session)
    {
        TrainingResult result = session.Run(new Recorder(), TestContext.Current.CancellationToken);
        return ([.. session.StateTensors.SelectMany(TrainingFixture.Values)], [.. result.Epochs]);
    }

    private static Network Make(string name, ulong seed = 1)
    {
        var architecture = new Architecture(name, new Shape(3, 32, 32), [.. _networks[name], new Flatten(), new Linear(192, 10)]);
        var network = new Network(architecture, ExecutionPaths.Options(SimdTiers.Best.Name(), threads: 2), BatchSize, seed);
        foreach (StateTensor buffer in network.StateTensors.Where(tensor => tensor is not Parameter && seed == 1))
        {
            buffer.CopyFrom([.. Enumerable.Range(1, buffer.Shape.Count).Select(i => buffer.IsCount ? i : i / 8f)]);
        }

        return network;
    }
}
