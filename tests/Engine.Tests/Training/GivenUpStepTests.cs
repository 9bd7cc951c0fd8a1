using CifarFast.Engine.Execution;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Execution;
using CifarFast.Engine.Training;

namespace CifarFast.Engine.Tests.Training;

/// <summary>Runs that are stopped in the middle of a step or an evaluation give it up, and lose nothing by that.</summary>
public class GivenUpStepTests
{
    private const int BatchSize = 80;
    private const int Images = 200;
    private const int StepsOfEpoch = 3;

    /// <summary>The most that the network's convolutions take, as many as make 64 tiles.</summary>
    private const int SamplesAtOnce = 4;

    private static readonly Recipe _recipe = new()
    {
        Optimizer = new SGD(Momentum: 0.9f, WeightDecay: 1e-3f),
        Average = new WeightAverage(Decay: 0.75),
        Schedule = new CosineSchedule(),
        BatchSize = BatchSize,
        Epochs = 2,
    };

    private static readonly Lazy<Figures> _whole = new(() => new Run(threads: 1).GoOn());

    /// <summary>The first sample, some in the middle and the last one of steps, in the first stage or behind a barrier.</summary>
    public static TheoryData<string, int, int> Places => new MatrixTheoryData<string, int, int>(
        ["forward", "backward", "forward behind", "backward behind"],
        [1, 33, BatchSize, BatchSize + 50, Images + 1],
        [1, 2, 5]);

    [Theory]
    [MemberData(nameof(Places))]
    public void A_step_that_was_given_up_is_made_again_with_the_same_results(string pass, int sample, int threads)
    {
        using var run = new Run(threads);
        int steps = ((sample - 1) / Images * StepsOfEpoch) + ((sample - 1) % Images / BatchSize);

        run.StopAt(pass, sample);

        // At most the samples that each thread takes at once were under way.
        Assert.InRange(run.Count(pass), sample, sample + (SamplesAtOnce * threads) - 1);
        Assert.Equal((steps, steps), (run.Session.State.Step, run.Steps));
        AssertSame(_whole.Value, run.GoOn());
    }

    [Fact]
    public void An_evaluation_ends_within_a_batch_and_is_made_again()
    {
        using var run = new Run(threads: 2);
        run.StopAt("evaluation", 60);

        Assert.InRange(run.Count("evaluation"), 60, 60 + (2 * SamplesAtOnce) - 1);
        Assert.Equal((1, StepsOfEpoch), (run.Session.State.Epoch, run.Session.State.Batch));
        AssertSame(_whole.Value, run.GoOn());
    }

    [Fact]
    public void A_run_can_be_stopped_again_and_again()
    {
        using var run = new Run(threads: 2);
        foreach (int sample in (int[])[1, 20, 60, 79])
        {
            foreach (string pass in (string[])["forward", "backward", "backward behind"])
            {
                run.StopAt(pass, sample);
                Assert.Equal(0, run.Session.State.Step);
            }
        }

        AssertSame(_whole.Value, run.GoOn());
    }

    [Fact]
    public void What_was_given_up_leaves_no_trace_in_weights_and_optimizer()
    {
        using var run = new Run(threads: 2);
        run.StopAt("forward", BatchSize + 1);
        float[] before = run.Tensors();

        run.StopAt("backward", 70);

        Assert.Equal(1, run.Session.State.Step);
        Assert.Equal(before, run.Tensors());
    }

    /// <summary>One thread takes the samples in order, so it is known how much is done when each comes by.</summary>
    [Fact]
    public void Progress_goes_from_nothing_to_all_of_a_step()
    {
        using var run = new Run(threads: 1);
        var seen = new List<double>();
        run.OnSample = () => seen.Add(run.Session.BatchesDone);
        run.OnStep = () => seen.Add(run.Session.BatchesDone);
        run.GoOn();

        // Each sample comes by the wires of both stages, forward and backward; those of an evaluation are not of a step.
        double[] first = [.. seen.Take(4 * BatchSize)];
        Assert.Equal(0, first[0]);
        Assert.Equal(first.Order(), first);
        Assert.InRange(first[^1], 0.9, 0.9999);

        // Of its two stages one has convolutions.
        Assert.True(first.Distinct().Count() > 2 * BatchSize / SamplesAtOnce, "there are few values between nothing and all");
        Assert.Equal(1, seen[4 * BatchSize]);
        Assert.Equal(1, seen[(4 * BatchSize) + 1]);
    }

    private static void AssertSame(Figures expected, Figures actual)
    {
        Assert.Equal(StopReason.Completed, actual.End);
        Assert.Equal(expected.Epochs, actual.Epochs);
        Assert.True(expected.Tensors.AsSpan().SequenceEqual(actual.Tensors), "the weights are others than those of a run that never stopped");
    }

    private sealed record Figures(StopReason End, EpochMetrics[] Epochs, float[] Tensors);

    /// <summary>A run of a network of two stages of samples with a barrier between them.</summary>
    private sealed class Run : IDisposable
    {
        private readonly Dictionary<string, int> _counts = [];
        private readonly Network _network;
        private CancellationTokenSource _source = new();
        private (string Pass, int Sample) _stop;

        public Run(int threads)
        {
            var architecture = new Architecture(
                "wired",
                new Shape(3, 32, 32),
                new Conv2d(3, 16, KernelSize: 3, Padding: 1),
                new MaxPool2d(2),
                new ReLU(),
                new Conv2d(16, 16, KernelSize: 3, Padding: 1),
                new ReLU(),
                new MaxPool2d(4),
                new Flatten(),
                new Tripwire(() => Note("forward"), () => Note("backward")),
                new Linear(256, 32),
                new ReLU(),
                new Tripwire(() => Note("forward behind"), () => Note("backward behind")),
                new Linear(32, 10));
            _network = new Network(architecture, ExecutionPaths.Options(SimdTiers.Best.Name(), threads), BatchSize, seed: 3);
            Session = new TrainingSession(
                _network, new TrainingData(TrainingFixture.Images.Train, Test: TrainingFixture.Images.Train.Take(110)), _recipe);
        }

        public TrainingSession Session { get; }

        public int Steps { get; private set; }

        public Action? OnSample { get; set; }

        public Action? OnStep { get; set; }

        /// <summary>How many samples came by since the run went on last.</summary>
        public int Count(string pass) => _counts.GetValueOrDefault(pass);

        /// <summary>Goes on until so many samples have come by.</summary>
        public void StopAt(string pass, int sample)
        {
            _stop = (pass, sample);
            Assert.Equal(StopReason.Stopped, Go().End);
            _stop = default;
        }

        public Figures GoOn()
        {
            TrainingResult result = Go();
            return new Figures(result.End, [.. result.Epochs.Select(epoch => epoch with { Seconds = 0, TrainSeconds = 0, ImagesPerSecond = 0 })], Tensors());
        }

        public float[] Tensors() => [.. Session.StateTensors.SelectMany(TrainingFixture.Values)];

        public void Dispose()
        {
            _network.Dispose();
            _source.Dispose();
        }

        private TrainingResult Go()
        {
            _source.Dispose();
            _source = new CancellationTokenSource();
            _counts.Clear();
            return Session.Run(
                new Recorder
                {
                    OnStep = _ =>
                    {
                        Steps++;
                        OnStep?.Invoke();
                    },
                },
                _source.Token);
        }

        private void Note(string pass)
        {
            lock (_counts)
            {
                // Between the last step of an epoch and the next one samples come by forward only.
                string name = Session.State.Batch == StepsOfEpoch ? "evaluation" : pass;
                int count = _counts[name] = Count(name) + 1;
                if (name != "evaluation")
                {
                    OnSample?.Invoke();
                }

                if ((name, count) == _stop)
                {
                    _source.Cancel();
                }
            }
        }
    }
}
