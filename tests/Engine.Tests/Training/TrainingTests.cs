using CifarFast.Engine.Data;
using CifarFast.Engine.Evaluation;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Losses;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Execution;
using CifarFast.Engine.Training;

namespace CifarFast.Engine.Tests.Training;

public class TrainingTests
{
    public static TheoryData<string> FastPaths => ExecutionPaths.Fast;

    [Fact]
    public void Naive_and_fast_paths_agree_over_five_steps()
    {
        // Of this seed no two values of a pooled window are so close that the rounding of a tier decides where the gradient goes.
        var options = new Recipe { BatchSize = 6, Seed = 2 };
        ImageSet images = TrainingFixture.Images.Train;
        (double[] naive, _) = TrainingFixture.Train(ExecutionPaths.Options("naive", Environment.ProcessorCount), images, steps: 5, options);

        foreach (SimdTier tier in SimdTiers.Supported)
        {
            (double[] fast, _) = TrainingFixture.Train(ExecutionPaths.Options(tier.Name()), images, steps: 5, options);

            Assert.Equal(5, fast.Length);
            Assert.All(naive.Zip(fast), pair => Assert.True(Math.Abs((pair.Second / pair.First) - 1) <= 1e-4, $"{tier}: {pair.Second}, naive {pair.First}"));
        }
    }

    [Theory]
    [MemberData(nameof(FastPaths))]
    public void Weights_are_bitwise_the_same_for_every_number_of_threads(string path)
    {
        // 200 images in batches of 24 leave a last batch of 8: fewer samples than shards.
        var options = new Recipe { Optimizer = new SGD(Momentum: 0.9f), BatchSize = 24 };
        int steps = path == SimdTier.Scalar.Name() ? 9 : 18;
        (double[] losses, float[] one) = TrainingFixture.Train(ExecutionPaths.Options(path), TrainingFixture.Images.Train, steps, options);

        foreach (int threads in new[] { 2, 3, 5 })
        {
            (double[] otherLosses, float[] other) =
                TrainingFixture.Train(ExecutionPaths.Options(path, threads), TrainingFixture.Images.Train, steps, options);

            Assert.Equal(losses, otherLosses);
            Assert.True(one.AsSpan().SequenceEqual(other), $"{threads} threads gave other weights than one");
        }
    }

    [Fact]
    public void Another_seed_trains_other_weights()
    {
        var options = new Recipe { BatchSize = 16 };
        string best = SimdTiers.Best.Name();
        (_, float[] one) = TrainingFixture.Train(ExecutionPaths.Options(best), TrainingFixture.Images.Train, 2, options);
        (_, float[] other) = TrainingFixture.Train(ExecutionPaths.Options(best), TrainingFixture.Images.Train, 2, options with { Seed = 2 });

        Assert.NotEqual(one, other);
    }

    [Fact]
    public void A_batch_can_be_overfitted()
    {
        var options = new Recipe { Optimizer = new SGD(Momentum: 0.9f), BatchSize = 64 };

        (double[] losses, _) = TrainingFixture.Train(
            ExecutionPaths.Options(SimdTiers.Best.Name(), Environment.ProcessorCount), TrainingFixture.Images.Train.Take(64), steps: 150, options);

        Assert.True(losses[0] > 2, $"the first loss was {losses[0]}");
        Assert.True(losses.Min() < 0.01, $"the lowest loss was {losses.Min()}");
    }

    [Fact]
    public void A_step_makes_the_loss_small_that_it_is_given()
    {
        var batch = new Batch(TrainingFixture.Images.Train.Take(8));
        var loss = new CrossEntropyLoss(LabelSmoothing: 0.5);
        double[] Losses(CrossEntropyLoss given)
        {
            using var network = new Network(NetworkCatalog.Reference(), ExecutionPaths.Options(SimdTiers.Best.Name()), batchSize: 8, seed: 1);
            var step = new TrainingStep(network, new Recipe { Loss = given });
            double lossSum = step.Run(batch, new RunPosition(0, 1, 1), TestContext.Current.CancellationToken).Sum;
            double expected = given.Run(network.Outputs, batch.Labels, gradient: default).Sum;
            return [lossSum, expected, step.Run(batch, new RunPosition(0, 1, 1), TestContext.Current.CancellationToken).Sum];
        }

        double[] smoothed = Losses(loss);
        double[] plain = Losses(new CrossEntropyLoss());
        Assert.Equal(smoothed[1], smoothed[0]);
        Assert.Equal(plain[1], plain[0]);
        Assert.NotEqual(plain[0], smoothed[0]);
        Assert.True(smoothed[2] < smoothed[0]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_warm_step_allocates_nothing(bool transforms)
    {
        var options = new Recipe { Optimizer = new SGD(Momentum: 0.9f, Nesterov: true, WeightDecay: 1e-4f), BatchSize = 8 };
        using var network = new Network(NetworkCatalog.Reference(), ExecutionPaths.Options(SimdTiers.Best.Name()), options.BatchSize, seed: 1);
        var step = new TrainingStep(network, options);
        var loader = new DataLoader(
            TrainingFixture.Images.Train, options.BatchSize, shuffle: true, seed: 1, dropLast: true, transforms ? TrainingFixture.Transforms : []);
        Batch batch = loader.Epoch(1)[0];
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        step.Run(batch, new RunPosition(0, 1, 1), cancellation);
        step.Run(batch, new RunPosition(0, 1, 1), cancellation);

        // What the runtime allocates while it compiles better code of something is not the step's: one quiet series is enough.
        long least = Enumerable.Range(0, 5).Min(_ =>
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 10; i++)
            {
                step.Run(batch, new RunPosition(0, 1, 1), cancellation);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        });
        Assert.Equal(0, least);
    }

    [Fact]
    public void The_last_shorter_batch_can_be_dropped()
    {
        using var network = Linear(batchSize: 32);
        var recorder = new Recorder();
        var recipe = new Recipe { Optimizer = new SGD(LearningRate: 1e-9f), Epochs = 1.5m, BatchSize = 32, DropLast = true };
        var session = new TrainingSession(network, new TrainingData(TrainingFixture.Images.Train), recipe);

        session.Run(recorder, TestContext.Current.CancellationToken);

        Assert.Equal([(1, 6), (2, 3)], recorder.Started);
        Assert.Equal([6L, 9], session.State.Epochs.Select(epoch => epoch.Step));
        IEnumerable<double> losses = recorder.Steps.Take(6).Select(step => step.BatchLoss);
        Assert.Equal(losses.Average(), session.State.Epochs[0].TrainLoss, 1e-12);
        Assert.Equal(192 / session.State.Epochs[0].TrainSeconds, session.State.Epochs[0].ImagesPerSecond, 1e-6 * 192 / session.State.Epochs[0].TrainSeconds);

        // A set that is smaller than a batch is one all the same.
        using var other = Linear(batchSize: 32);
        var small = new TrainingSession(other, new TrainingData(TrainingFixture.Images.Train.Take(20)), recipe);
        small.Run(new Recorder(), TestContext.Current.CancellationToken);
        Assert.Equal(2, small.State.Step);
    }

    [Fact]
    public void The_last_shorter_batch_is_used_and_each_epoch_has_its_own_order()
    {
        using var network = Linear(batchSize: 32);
        var recorder = new Recorder();
        ImageSet test = TrainingFixture.Images.Train.Select([.. Enumerable.Range(0, Evaluator.BatchSize + 40).Select(i => i % 200)]);
        var session = new TrainingSession(
            network, new TrainingData(TrainingFixture.Images.Train, Test: test), new Recipe { Optimizer = new SGD(LearningRate: 1e-9f), Epochs = 2, BatchSize = 32 });

        TrainingResult result = session.Run(recorder, TestContext.Current.CancellationToken);

        Assert.Equal([(1, 7), (2, 7)], recorder.Started);
        Assert.Equal(14, result.Steps);
        Assert.Equal(7, recorder.Steps.Last().Batch);
        Assert.Equal(StopReason.Completed, result.End);
        Assert.Equal(recorder.Epochs, result.Epochs);
        // The weights hardly move, so the epochs' losses are those of the same 200 images; their batches are others.
        Assert.Equal(result.Epochs[0].TrainLoss, result.Epochs[1].TrainLoss, 1e-4);
        Assert.NotEqual(recorder.Steps[0].BatchLoss, recorder.Steps[7].BatchLoss, 1e-4);
        Assert.Equal([(1, 256, 296), (1, 296, 296), (2, 256, 296), (2, 296, 296)], recorder.Evaluations);
    }

    [Fact]
    public void The_mean_loss_is_over_images_and_evaluation_agrees_with_it()
    {
        using var network = Linear(batchSize: 32);
        var session = new TrainingSession(
            network, new TrainingData(TrainingFixture.Images.Train, Test: TrainingFixture.Images.Train), new Recipe { Optimizer = new SGD(LearningRate: 1e-9f), Epochs = 1, BatchSize = 32 });

        EpochMetrics epoch = Assert.Single(session.Run(new Recorder(), TestContext.Current.CancellationToken).Epochs);

        Assert.Equal(epoch.TestLoss, epoch.TrainLoss, 1e-4);
        Assert.Equal(epoch.TestAccuracy, epoch.TrainAccuracy, 0.01);
    }

    [Fact]
    public void Max_steps_ends_in_the_middle_of_an_epoch()
    {
        using var network = Linear(batchSize: 32);
        var session = new TrainingSession(
            network, new TrainingData(TrainingFixture.Images.Train, Test: TrainingFixture.Images.Test), new Recipe { BatchSize = 32, MaxSteps = 9 });

        var recorder = new Recorder();
        TrainingResult result = session.Run(recorder, TestContext.Current.CancellationToken);

        Assert.Equal([(1, 7), (2, 2)], recorder.Started);
        Assert.Equal(9, result.Steps);
        Assert.Equal(2, result.Epochs.Count);
        Assert.InRange(result.Epochs[1].TestAccuracy, 0, 1);
    }

    [Fact]
    public void A_loss_that_is_no_number_ends_the_run()
    {
        using var network = Linear(batchSize: 32);
        var session = new TrainingSession(
            network, new TrainingData(TrainingFixture.Images.Train, Test: TrainingFixture.Images.Test), new Recipe { Optimizer = new SGD(LearningRate: 1e38f), BatchSize = 32 });

        var recorder = new Recorder();
        TrainingResult result = session.Run(recorder, TestContext.Current.CancellationToken);

        Assert.Equal(StopReason.Diverged, result.End);
        Assert.Empty(result.Epochs);
        Assert.False(double.IsFinite(recorder.Steps[^1].BatchLoss));
        Assert.Equal(recorder.Steps.Count, result.Steps);
        Assert.False(session.IsFinite);
        Assert.True(result.Steps < 7, $"{result.Steps} steps");
    }

    [Fact]
    public void Cancellation_ends_the_run_between_two_steps()
    {
        using var network = Linear(batchSize: 32);
        using var source = new CancellationTokenSource();
        var recorder = new Recorder { OnStep = progress => { if (progress.Step == 3) { source.Cancel(); } } };
        var session = new TrainingSession(network, new TrainingData(TrainingFixture.Images.Train), new Recipe { BatchSize = 32 });

        TrainingResult result = session.Run(recorder, source.Token);

        Assert.Equal(StopReason.Stopped, result.End);
        Assert.Equal((3, 3L, 3L), (recorder.Steps.Count, result.Steps, session.State.Step));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(19, 1)]
    [InlineData(20, 2)]
    [InlineData(499, 49)]
    [InlineData(500, 50)]
    [InlineData(782, 50)]
    [InlineData(50_000, 50)]
    public void A_row_is_of_50_batches_or_of_a_tenth_of_a_short_epoch(int batchesOfEpoch, int interval) =>
        Assert.Equal(interval, BatchMetrics.IntervalOf(batchesOfEpoch));

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(37)]
    public void Short_epochs_have_rows_too(int batches)
    {
        using var network = Linear(batchSize: 2);
        var recorder = new Recorder();
        var session = new TrainingSession(
            network, new TrainingData(TrainingFixture.Images.Train.Take(2 * batches)), new Recipe { BatchSize = 2, Epochs = 2 });

        session.Run(recorder, TestContext.Current.CancellationToken);

        int interval = BatchMetrics.IntervalOf(batches);
        Assert.Equal(2 * (batches / interval), recorder.Batches.Count);
        Assert.All(recorder.Batches, row => Assert.Equal(0, row.Batch % interval));
        Assert.Equal(recorder.Batches, session.State.Batches);
    }

    [Fact]
    public void A_row_that_is_cut_short_is_told_of_but_does_not_count()
    {
        using var network = Linear(batchSize: 2);
        var recorder = new Recorder();
        var session = new TrainingSession(
            network, new TrainingData(TrainingFixture.Images.Train.Take(100)), new Recipe { BatchSize = 2, MaxSteps = 8 });

        session.Run(recorder, TestContext.Current.CancellationToken);

        Assert.Equal([5L, 8L], recorder.Batches.Select(row => row.Step));
        Assert.Equal(recorder.Steps[5..].Average(step => step.BatchLoss), recorder.Batches[1].Loss, 1e-12);
        Assert.Equal(recorder.Batches[..1], session.State.Batches);
    }

    [Fact]
    public void The_batches_of_a_row_make_its_means()
    {
        using var network = Linear(batchSize: 2);
        var recorder = new Recorder();
        var session = new TrainingSession(
            network, new TrainingData(TrainingFixture.Images.Train.Take(121)), new Recipe { Optimizer = new SGD(LearningRate: 0.001f), BatchSize = 2, Epochs = 2 });

        session.Run(recorder, TestContext.Current.CancellationToken);

        // An epoch of 61 batches has one left over.
        Assert.Equal(
            Enumerable.Range(0, 2).SelectMany(epoch => Enumerable.Range(1, 10).Select(row => (epoch + 1, row * 6, (epoch * 61L) + (row * 6)))),
            recorder.Batches.Select(row => (row.Epoch, row.Batch, row.Step)));
        foreach (BatchMetrics row in recorder.Batches)
        {
            BatchProgress[] steps = [.. recorder.Steps.Where(step => step.Step > row.Step - 6 && step.Step <= row.Step)];
            Assert.Equal(steps.Average(step => step.BatchLoss), row.Loss, 1e-12);
            double Correct(BatchProgress step) => step.EpochAccuracy * step.Batch;
            Assert.Equal((Correct(steps[^1]) - (row.Batch > 6 ? Correct(recorder.Steps[(int)row.Step - 7]) : 0)) / 6, row.Accuracy, 1e-12);
            Assert.Equal(0.001f, row.LearningRate);
            Assert.True(row.ImagesPerSecond > 0);
        }
    }

    [Fact]
    public void Images_held_out_are_measured_and_not_learnt_from()
    {
        var options = new Recipe { BatchSize = 32, Epochs = 1, Monitor = Metric.ValidationLoss };
        ImageSet train = TrainingFixture.Images.Train.Take(100);
        float[][] weights = [.. new[] { TrainingFixture.Images.Test, TrainingFixture.Images.Train.Take(7) }.Select(validation =>
        {
            using var network = Linear(batchSize: 32);
            var recorder = new Recorder();
            TrainingResult result = new TrainingSession(network, new TrainingData(train, validation, TrainingFixture.Images.Test), options)
                .Run(recorder, TestContext.Current.CancellationToken);
            EpochMetrics epoch = Assert.Single(result.Epochs);
            Assert.InRange(epoch.ValidationLoss, 0.1, 100);
            Assert.Equal(validation.Count == 40, (epoch.ValidationLoss, epoch.ValidationAccuracy) == (epoch.TestLoss, epoch.TestAccuracy));
            Assert.All(recorder.Evaluations, evaluation => Assert.Equal(validation.Count + 40, evaluation.Total));
            Assert.Equal(validation.Count + 40, recorder.Evaluations[^1].Done);
            return network.Values.ToArray();
        })];
        Assert.Equal(weights[0], weights[1]);
    }

    [Fact]
    public void Patience_ends_a_run_that_does_not_improve()
    {
        using var network = Linear(batchSize: 32);
        var session = new TrainingSession(
            network,
            new TrainingData(TrainingFixture.Images.Train),
            new Recipe { Optimizer = new SGD(LearningRate: 1e-20f), BatchSize = 32, Epochs = 50, Monitor = Metric.TrainAccuracy, Patience = 3 });

        TrainingResult result = session.Run(new Recorder(), TestContext.Current.CancellationToken);

        Assert.Equal((StopReason.EarlyStopped, 4), (result.End, result.Epochs.Count));
        Assert.Equal(1, session.BestEpochTracker.BestEpoch);
    }

    /// <summary>Then the loss writes the gradient that a convolution reads, and knows nothing of borders.</summary>
    [Theory]
    [MemberData(nameof(FastPaths))]
    public void A_network_may_end_in_a_convolution(string path)
    {
        var architecture = new Architecture("all-convolutional", new Shape(3, 32, 32), new MaxPool2d(4), new Conv2d(3, 10, KernelSize: 8), new Flatten());
        double[][] losses = [.. new[] { "naive", path }.Select(kernels =>
        {
            using var network = new Network(architecture, ExecutionPaths.Options(kernels), batchSize: 16, seed: 1);
            var recorder = new Recorder();
            new TrainingSession(network, new TrainingData(TrainingFixture.Images.Train), new Recipe { BatchSize = 16, MaxSteps = 6 })
                .Run(recorder, TestContext.Current.CancellationToken);
            return recorder.Steps.Select(step => step.BatchLoss).ToArray();
        })];

        Assert.Equal(6, losses[0].Length);
        Assert.All(losses[0].Zip(losses[1]), pair => Assert.InRange(pair.Second / pair.First, 1 - 1e-4, 1 + 1e-4));
    }

    [Fact]
    public void Images_of_another_size_are_refused()
    {
        using var network = new Network(
            new Architecture("toy", new Shape(1, 8, 8), new Flatten(), new Linear(64, 10)), ExecutionPaths.Options("naive"), batchSize: 4, seed: 1);

        ShapeException error = Assert.Throws<ShapeException>(
            () => new TrainingSession(network, new TrainingData(TrainingFixture.Images.Train), new Recipe { BatchSize = 4 }));

        Assert.Equal("toy takes 1×8×8, but the images are 3×32×32", error.Message);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        using var network = Linear(batchSize: 4);
        foreach (Recipe wrong in new Recipe[]
        {
            new() { BatchSize = 4, Epochs = 0 },
            new() { BatchSize = 0 },
            new() { BatchSize = 5 },
            new() { BatchSize = 4, Optimizer = new SGD(LearningRate: float.NaN) },
            new() { BatchSize = 4, Optimizer = new SGD(Momentum: float.PositiveInfinity) },
            new() { BatchSize = 4, Monitor = Metric.ValidationLoss },
        })
        {
            Assert.ThrowsAny<ArgumentException>(() => new TrainingSession(network, new TrainingData(TrainingFixture.Images.Train), wrong));
        }
    }

    private static Network Linear(int batchSize) => new(
        new Architecture("linear", new Shape(3, 32, 32), new Flatten(), new Linear(3072, 10)),
        ExecutionPaths.Options(SimdTiers.Best.Name()),
        batchSize,
        seed: 1);
}
