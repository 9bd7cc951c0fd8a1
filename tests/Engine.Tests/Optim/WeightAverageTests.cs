using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Evaluation;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Checkpoints;
using CifarFast.Engine.Tests.Execution;
using CifarFast.Engine.Tests.Training;
using CifarFast.Engine.Training;

namespace CifarFast.Engine.Tests.Optim;

/// <summary>Averages of weights: what they are, and where they are taken in place of the weights themselves.</summary>
public class WeightAverageTests
{
    private const int Steps = 5;

    private static readonly Architecture _network = new(
        "small", new Shape(3, 32, 32), new FrozenBatchNorm2d(3), new Conv2d(3, 5, KernelSize: 3, Stride: 4), new ReLU(), new Flatten(), new Linear(5 * 8 * 8, 10));

    [Theory]
    [MemberData(nameof(ExecutionPaths.All), MemberType = typeof(ExecutionPaths))]
    public void It_is_its_definition(string path)
    {
        using var network = new Network(_network, ExecutionPaths.Options(path, threads: 2), batchSize: 1, seed: 1);
        var average = new AverageState(network, new WeightAverage(Decay: 0.75));
        double[] expected = [.. Values(network).Select(value => (double)value)];
        Assert.Equal(Values(network), Values(average.Model));
        for (int step = 1; step <= Steps; step++)
        {
            foreach (StateTensor tensor in network.StateTensors)
            {
                tensor.CopyFrom([.. Enumerable.Range(0, tensor.Shape.Count).Select(i => float.Sin((i + 1) * step))]);
            }

            expected = [.. expected.Zip(Values(network), (e, value) => e + (0.25 * (value - e)))];
            average.Update(new RunPosition(step - 1, Steps, Steps));
        }

        Assert.All(Values(average.Model).Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-6));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void A_decay_that_is_none_is_refused(double decay) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new WeightAverage(decay));

    /// <summary>A file has the average under the plain names, whoever reads it, and what training goes on from beside it.</summary>
    [Fact]
    public void It_is_what_is_evaluated_and_saved()
    {
        using var network = new Network(_network, ExecutionPaths.Options("naive"), batchSize: 20, seed: 1);
        var options = new Recipe { BatchSize = 20, Epochs = 1, Average = new WeightAverage(Decay: 0.9) };
        var session = new TrainingSession(network, new TrainingData(TrainingFixture.Images.Train, Test: TrainingFixture.Images.Test), options);
        EpochMetrics epoch = Assert.Single(session.Run(new Recorder(), TestContext.Current.CancellationToken).Epochs);
        var snapshot = new CheckpointSnapshot(session);
        snapshot.Take(session, new Dictionary<string, string>());
        var file = new MemoryStream();
        snapshot.WriteTo(file);

        Assert.NotEqual(Values(network), Values(session.Model));
        using var read = new Network(_network, ExecutionPaths.Options("naive"), batchSize: 20, seed: 9);
        TinyRun.Read(file.ToArray()).CopyTo(read);
        Assert.Equal(Values(session.Model), Values(read));
        Assert.Equal(epoch.TestLoss, TestLoss(read));
        Assert.NotEqual(epoch.TestLoss, TestLoss(network));
        foreach (StateTensor tensor in session.StateTensors.Where(tensor => tensor.Name.StartsWith("training.", StringComparison.Ordinal)))
        {
            StateTensor trained = Assert.Single(network.StateTensors, own => tensor.Name == "training." + own.Name);
            Assert.Equal(TrainingFixture.Values(trained), TrainingFixture.Values(tensor));
        }
    }

    private static double TestLoss(Network network) =>
        new Evaluator(network, TrainingFixture.Images.Test).Run(null, TestContext.Current.CancellationToken).MeanLoss(TrainingFixture.Images.Test.Labels);

    private static float[] Values(Network network) => [.. network.StateTensors.SelectMany(TrainingFixture.Values)];
}
