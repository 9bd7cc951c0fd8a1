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

    public static MatrixTheoryData<string, int> PathsAndLengths => new(ExecutionPaths.All.Select(row => row.Data), [6, 8]);

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

    /// <summary>
    /// Lookahead as airbench has it: every few steps the slow weights go towards the fast ones, which then become these, and after the last step of
    /// the run the slow weights are the model, whatever the fast ones have become since.
    /// </summary>
    [Theory]
    [MemberData(nameof(PathsAndLengths))]
    public void Lookahead_is_its_definition(string path, int steps)
    {
        using var network = new Network(_network, ExecutionPaths.Options(path, threads: 2), batchSize: 1, seed: 1);
        var average = new AverageState(network, new WeightAverage(Decay: 0.77, Every: 3, Power: 3, Lookahead: true));
        Assert.Same(network, average.Model);
        double[] slow = [.. Values(network).Select(value => (double)value)];
        double[] fast = [.. slow];
        for (int step = 1; step <= steps; step++)
        {
            foreach (StateTensor tensor in network.StateTensors)
            {
                tensor.CopyFrom([.. TrainingFixture.Values(tensor).Select((value, i) => value + (0.1f * float.Sin((i + 1) * step)))]);
            }

            fast = [.. Values(network).Select(value => (double)value)];
            average.Update(new RunPosition(step - 1, steps, StepsOfEpoch: 4));
            if (step % 3 == 0)
            {
                double decay = 0.77 * Math.Pow((double)step / steps, 3);
                slow = [.. slow.Zip(fast, (s, f) => (decay * s) + ((1 - decay) * f))];
                fast = slow;
            }

            fast = step == steps ? slow : fast;
            Assert.All(Values(network).Zip(fast), pair => Assert.Equal(pair.Second, pair.First, 1e-6));
            Assert.All(average.Tensors.SelectMany(TrainingFixture.Values).Zip(slow), pair => Assert.Equal(pair.Second, pair.First, 1e-6));
        }

        Assert.Equal(network.StateTensors.Select(tensor => "lookahead." + tensor.Name), average.Tensors.Select(tensor => tensor.Name));
    }

    [Fact]
    public void Numbers_that_are_none_of_an_average_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new WeightAverage(0.5, Every: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WeightAverage(0.5, Power: -1));
    }

    [Fact]
    public void A_run_with_Lookahead_is_planned_to_its_end()
    {
        Assert.True(new Recipe { Average = new WeightAverage(0.5, Lookahead: true) }.IsPlannedToItsEnd);
        Assert.False(new Recipe { Average = new WeightAverage(0.5) }.IsPlannedToItsEnd);
        Assert.True(new Recipe { Optimizer = new SGD { Groups = [new ParameterGroup("*") { Schedule = new CosineSchedule() }] } }.IsPlannedToItsEnd);
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
