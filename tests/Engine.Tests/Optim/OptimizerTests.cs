using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Execution;
using CifarFast.Engine.Tests.Kernels;
using CifarFast.Engine.Tests.Training;

namespace CifarFast.Engine.Tests.Optim;

/// <summary>Optimizers on a network, from the gradients to the weights.</summary>
public class OptimizerTests
{
    private const int Steps = 5;

    private static readonly Architecture _network = new(
        "small", new Shape(3, 4, 4), new Frozen(new Conv2d(3, 5, KernelSize: 3)), new ReLU(), new Flatten(), new Linear(20, 7), new ReLU(), new Linear(7, 3));

    /// <summary>The definition of torch.optim.AdamW, in double precision.</summary>
    [Theory]
    [MemberData(nameof(ExecutionPaths.All), MemberType = typeof(ExecutionPaths))]
    public void AdamW_is_its_definition(string path)
    {
        var adam = new AdamW(LearningRate: 0.02f, Beta1: 0.8, Beta2: 0.95, WeightDecay: 0.1f)
        {
            Groups = [new ParameterGroup("*.bias", LearningRateFactor: 4, WeightDecay: 0), new ParameterGroup("3.*", WeightDecay: 0.5f)],
        };
        using var network = new Network(_network, ExecutionPaths.Options(path), batchSize: 1, seed: 1);
        var state = new OptimizerState(network, adam);
        var expected = network.Parameters.ToDictionary(parameter => parameter.Name, parameter => TrainingFixture.Values(parameter).Select(value => (Weight: (double)value, First: 0.0, Second: 0.0)).ToArray());
        for (int step = 1; step <= Steps; step++)
        {
            SetGradients(network, step);
            foreach (Parameter parameter in network.Parameters.Where(parameter => !parameter.IsFrozen))
            {
                bool isBias = parameter.Name.EndsWith(".bias", StringComparison.Ordinal);
                double rate = 0.02 * 0.5 * (isBias ? 4 : 1);
                double decay = isBias ? 0 : parameter.Name.StartsWith("3.", StringComparison.Ordinal) ? 0.5 : 0.1;
                float[] gradient = Gradient(parameter);
                expected[parameter.Name] = [.. expected[parameter.Name].Zip(gradient, (e, g) =>
                {
                    double first = (0.8 * e.First) + (0.2 * g);
                    double second = (0.95 * e.Second) + (0.05 * g * g);
                    double direction = first / (1 - Math.Pow(0.8, step)) / (Math.Sqrt(second / (1 - Math.Pow(0.95, step))) + 1e-8);
                    return ((e.Weight * (1 - (rate * decay))) - (rate * direction), first, second);
                })];
            }

            state.Step(learningRateFactor: 0.5);
        }

        foreach (Parameter parameter in network.Parameters)
        {
            Assert.All(TrainingFixture.Values(parameter).Zip(expected[parameter.Name]), pair => Assert.Equal(pair.Second.Weight, pair.First, 2e-6));
        }
    }

    /// <summary>torch.nn.utils.clip_grad_norm_ before torch.optim.SGD with decay of the weights themselves, in double precision.</summary>
    [Theory]
    [MemberData(nameof(ExecutionPaths.All), MemberType = typeof(ExecutionPaths))]
    public void Gradients_are_clipped_to_a_norm_and_decay_may_be_decoupled(string path)
    {
        foreach (float most in new[] { 0.5f, 4, 1e6f })
        {
            var sgd = new SGD(LearningRate: 0.1f, Momentum: 0.5f, Nesterov: true, WeightDecay: 0.25f, DecoupledWeightDecay: true) { MaxGradientNorm = most };
            using var network = new Network(_network, ExecutionPaths.Options(path, threads: 2), batchSize: 1, seed: 1);
            var state = new OptimizerState(network, sgd);
            Parameter[] trained = [.. network.Parameters.Where(parameter => !parameter.IsFrozen)];
            (double Weight, double Velocity)[] expected = [.. trained.SelectMany(TrainingFixture.Values).Select(value => ((double)value, 0.0))];
            for (int step = 1; step <= Steps; step++)
            {
                SetGradients(network, step);
                double[] gradients = [.. trained.SelectMany(Gradient).Select(gradient => (double)gradient)];
                double scale = Math.Min(1, most / (Math.Sqrt(gradients.Sum(gradient => gradient * gradient)) + 1e-6));
                Assert.Equal(most > 100, scale == 1);
                expected = [.. expected.Zip(gradients, (e, gradient) =>
                {
                    double velocity = (0.5 * e.Velocity) + (scale * gradient);
                    return (e.Weight - (0.1 * 0.25 * e.Weight) - (0.1 * ((scale * gradient) + (0.5 * velocity))), velocity);
                })];
                state.Step();
            }

            Assert.All(trained.SelectMany(TrainingFixture.Values).Zip(expected), pair => Assert.Equal(pair.Second.Weight, pair.First, 2e-6));
        }
    }

    [Fact]
    public void A_group_has_an_optimizer_and_a_schedule_of_its_own()
    {
        var adam = new AdamW(LearningRate: 0.02f, WeightDecay: 0.1f);
        var sgd = new SGD(LearningRate: 0.5f, Momentum: 0.5f);
        var fall = new LinearSchedule(Start: 1, Peak: 0, End: 0);
        var mixed = adam with { Groups = [new ParameterGroup("*.bias", LearningRateFactor: 2) { Optimizer = sgd, Schedule = new FirstEpochsSchedule(2, fall) }] };
        float[] Trained(Optimizer optimizer, LearningRateSchedule schedule, string pattern, out OptimizerState state)
        {
            using Network network = Make();
            state = new OptimizerState(network, optimizer);
            for (int step = 0; step < Steps; step++)
            {
                SetGradients(network, step);
                state.Step(schedule, new RunPosition(step, Steps, StepsOfEpoch: 2));
            }

            return [.. network.Parameters.Where(parameter => new ParameterGroup(pattern).Has(parameter.Name)).SelectMany(TrainingFixture.Values)];
        }

        var schedule = new CosineSchedule();
        Assert.Equal(Trained(adam, schedule, "*.weight", out _), Trained(mixed, schedule, "*.weight", out OptimizerState state));
        Assert.Equal(
            Trained(sgd with { LearningRate = 1 }, new FirstEpochsSchedule(2, fall), "*.bias", out _), Trained(mixed, schedule, "*.bias", out _));
        Assert.Equal(
            ["optimizer.exp_avg.3.weight", "optimizer.momentum_buffer.3.bias", "optimizer.exp_avg.5.weight", "optimizer.momentum_buffer.5.bias",
             "optimizer.exp_avg_sq.3.weight", "optimizer.exp_avg_sq.5.weight", "optimizer.step"],
            state.Tensors.Select(tensor => tensor.Name));
        Assert.Throws<InvalidOperationException>(() => state.Step());
    }

    [Fact]
    public void A_warm_step_of_any_optimizer_allocates_nothing()
    {
        using var network = new Network(_network, new ExecutionOptions { Threads = 1 }, batchSize: 1, seed: 1);
        var state = new OptimizerState(network, new Muon { MaxGradientNorm = 0.5f, Groups = [new ParameterGroup("*.bias") { Optimizer = new AdamW() }] });
        var average = new AverageState(network, new WeightAverage(0.5, Every: 2, Power: 3, Lookahead: true));
        var schedule = new OneCycleSchedule();
        void Step(int step)
        {
            var position = new RunPosition(step, 1000, 10);
            state.Step(schedule, position);
            average.Update(position);
        }

        SetGradients(network, 1);
        Step(0);
        Step(1);

        // What the runtime allocates while it compiles better code of something is not the step's: one quiet series is enough.
        long least = Enumerable.Range(0, 5).Min(series =>
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 10; i++)
            {
                Step((10 * series) + i);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        });
        Assert.Equal(0, least);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void State_that_is_copied_between_two_steps_goes_on_to_the_same_bits(int stop)
    {
        foreach (Optimizer optimizer in new Optimizer[] { new SGD(Momentum: 0.9f, Nesterov: true, WeightDecay: 0.01f), new AdamW() })
        {
            using Network whole = Make();
            var state = new OptimizerState(whole, optimizer);
            Train(whole, state, 1, Steps);

            using Network first = Make();
            var before = new OptimizerState(first, optimizer);
            Train(first, before, 1, stop);
            using Network second = Make();
            var after = new OptimizerState(second, optimizer);
            foreach ((StateTensor from, StateTensor to) in first.StateTensors.Concat(before.Tensors).Zip(second.StateTensors.Concat(after.Tensors)))
            {
                Assert.Equal(from.Name, to.Name);
                to.CopyFrom(TrainingFixture.Values(from));
            }

            Train(second, after, stop + 1, Steps);
            Assert.Equal(whole.StateTensors.Concat(state.Tensors).SelectMany(TrainingFixture.Values), second.StateTensors.Concat(after.Tensors).SelectMany(TrainingFixture.Values));
        }
    }

    [Fact]
    public void Names_are_those_of_PyTorch_and_frozen_parameters_have_no_state()
    {
        using Network network = Make();

        Assert.Equal(
            ["optimizer.exp_avg.3.weight", "optimizer.exp_avg.3.bias", "optimizer.exp_avg.5.weight", "optimizer.exp_avg.5.bias",
             "optimizer.exp_avg_sq.3.weight", "optimizer.exp_avg_sq.3.bias", "optimizer.exp_avg_sq.5.weight", "optimizer.exp_avg_sq.5.bias",
             "optimizer.step"],
            new OptimizerState(network, new AdamW()).Tensors.Select(tensor => tensor.Name));
        Assert.Empty(new OptimizerState(network, new SGD()).Tensors);
    }

    [Fact]
    public void Frozen_parameters_stay_as_they_are()
    {
        using Network network = Make();
        float[] before = TrainingFixture.Values(network.Parameters[0]);
        var state = new OptimizerState(network, new SGD(LearningRate: 1, WeightDecay: 0.5f));

        Train(network, state, 1, Steps);

        Assert.True(network.Parameters[0].IsFrozen);
        Assert.Equal(before, TrainingFixture.Values(network.Parameters[0]));
        Assert.False(network.Parameters[2].IsFrozen);
    }

    [Fact]
    public void Numbers_that_nothing_can_be_trained_with_are_found()
    {
        Assert.Null(new SGD().FindFault());
        Assert.Null(new AdamW().FindFault());
        Optimizer[] impossible =
        [
            new SGD(float.NaN), new SGD(WeightDecay: float.PositiveInfinity), new SGD(Momentum: float.NaN), new AdamW(float.NaN),
            new AdamW(Beta1: 1), new AdamW(Beta2: -0.1), new AdamW(Beta2: double.NaN), new AdamW(Epsilon: -1),
            new SGD { Groups = [new ParameterGroup("*", float.NaN)] }, new SGD { Groups = [new ParameterGroup("*", WeightDecay: float.NaN)] },
            new Muon(Steps: 0), new Muon(Momentum: float.NaN), new SGD { MaxGradientNorm = 0 }, new SGD { MaxGradientNorm = float.NaN }, new SGD { Groups = [null!] },
            OfGroups(new ParameterGroup("*") { Name = "" }), OfGroups(new ParameterGroup("*") { Name = "a,b" }),
            OfGroups(new ParameterGroup("a*") { Name = "one" }, new ParameterGroup("b*") { Name = "one" }),
            OfGroups(new ParameterGroup("*") { Optimizer = new SGD(float.NaN) }), OfGroups(new ParameterGroup("*") { Optimizer = OfGroups(new ParameterGroup("*")) }),
            OfGroups(new ParameterGroup("*") { Optimizer = new SGD { MaxGradientNorm = 1 } }),
        ];
        Assert.All(impossible, optimizer => Assert.NotNull(optimizer.FindFault()));
    }

    [Theory]
    [InlineData("*.bias", "3.bias", true)]
    [InlineData("*.bias", "3.weight", false)]
    [InlineData("0.*", "0.weight", true)]
    [InlineData("0.*", "10.weight", false)]
    [InlineData("3.weight", "3.weight", true)]
    [InlineData("3.weight", "3.Weight", false)]
    public void A_group_has_the_parameters_that_its_pattern_names(string pattern, string name, bool has) =>
        Assert.Equal(has, new ParameterGroup(pattern).Has(name));

    private static SGD OfGroups(params ParameterGroup[] groups) => new() { Groups = groups };

    private static Network Make() => new(_network, new ExecutionOptions { Threads = 2 }, batchSize: 1, seed: 1);

    private static void Train(Network network, OptimizerState state, int first, int last)
    {
        for (int step = first; step <= last; step++)
        {
            SetGradients(network, step);
            state.Step(learningRateFactor: 1);
        }
    }

    private static void SetGradients(Network network, int step)
    {
        foreach (Parameter parameter in network.Parameters)
        {
            var gradient = new StateTensor("gradient", parameter, network.Gradients.Slice(parameter.Offset, parameter.Value.Length));
            gradient.CopyFrom(new RandomValues((ulong)(parameter.Offset + step)).Next(parameter.Shape.Count));
        }
    }

    private static float[] Gradient(Parameter parameter)
    {
        float[] values = new float[parameter.Shape.Count];
        parameter.CopyGradientTo(values);
        return values;
    }
}
