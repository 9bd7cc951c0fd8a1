using CifarFast.Engine.Data;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Training;
using CifarFast.Trainer.Console;
using CifarFast.Trainer.Runs;
using Microsoft.Extensions.Time.Testing;
using Spectre.Console;
using Spectre.Console.Testing;

namespace CifarFast.Trainer.Tests.Console;

public sealed class LiveViewTests : IDisposable
{
    private const string Heads = " epoch  train loss  train acc  test loss  test acc      time  images/s";

    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(0.2);
    private static readonly Recipe _options = new() { Epochs = 3, BatchSize = 10 };

    private readonly FakeTimeProvider _time = new();
    private double _batchesDone;
    private readonly TestConsole _console = new TestConsole().Width(80).Height(30).Interactive().EmitAnsiSequences();

    public static TheoryData<int, bool> Windows => new MatrixTheoryData<int, bool>([.. Enumerable.Range(1, 40), 60, 80, 100, 160], [false, true]);

    public void Dispose() => _console.Dispose();

    [Fact]
    public void Leaves_a_row_an_epoch_with_the_best_one_marked_and_the_curve()
    {
        Show(view =>
        {
            view.EpochCompleted(Epoch(1, 2.30259));
            view.BatchesCompleted(Batches(1, 2));
            view.EpochCompleted(Epoch(2, 1.5));
            Tick();
            view.BatchesCompleted(Batches(2, 1));
            view.EpochCompleted(Epoch(3, 1.75));
        });

        string[] lines = Lines(80);
        Assert.Equal(
            [
                Heads,
                "     1      2.3026     50.00%     2.0000    12.35%      1:01       833",
                "*    2      1.5000     50.00%     2.0000    12.35%      1:01       833",
                "     3      1.7500     50.00%     2.0000    12.35%      1:01       833",
                "",
            ],
            lines[..5]);
        Assert.StartsWith("   2.0000 ┤", lines[5]);
        Assert.StartsWith("   1.0000 ┤", lines[9]);
        Assert.StartsWith("     step  50", lines[10]);
        Assert.Equal(11, lines.Length);
        Assert.True(new Screen(80, _console.Output).HasCursor);
    }

    [Fact]
    public void Takes_the_mark_away_from_an_epoch_that_is_no_longer_the_best() => Show(view =>
    {
        view.EpochCompleted(Epoch(1, 2));
        view.EpochCompleted(Epoch(2, 3));
        Tick();
        Assert.Equal(["*    1", "     2"], Lines(80)[1..3].Select(line => line[..6]));
        view.EpochCompleted(Epoch(3, 1));
        Tick();
        Assert.Equal(["     1", "     2", "*    3"], Lines(80)[1..4].Select(line => line[..6]));
    });

    [Fact]
    public void Keeps_the_mark_of_an_epoch_that_was_the_best_for_long()
    {
        Show(view =>
        {
            for (int epoch = 1; epoch <= 100; epoch++)
            {
                view.EpochCompleted(Epoch(epoch, epoch));
                Tick();
            }
        });

        Assert.Equal(101, Lines(80).Length);
        Assert.StartsWith("*    1", Assert.Single(Lines(80), line => line.StartsWith('*')));
    }

    [Fact]
    public void Marks_one_epoch_at_most_in_a_window_without_room_for_rows()
    {
        _console.Height(11);
        Show(view =>
        {
            for (int epoch = 1; epoch <= 3; epoch++)
            {
                view.EpochCompleted(Epoch(epoch, 4 - epoch));
                Tick();
            }
        });

        Assert.DoesNotContain(Lines(80), line => line.StartsWith('*'));
    }

    [Fact]
    public void Does_not_take_an_epoch_that_was_cut_short_for_the_best()
    {
        Show(view =>
        {
            view.EpochCompleted(Epoch(1, 2));
            view.EpochCompleted(Epoch(2, 1) with { Step = 41 });
        });
        Assert.StartsWith("*    1", Assert.Single(Lines(80), line => line.StartsWith('*')));
    }

    [Fact]
    public void Draws_at_most_five_times_a_second() => Show(view =>
    {
        int before = _console.Output.Length;
        for (int done = 1; done <= 1000; done++)
        {
            view.StepCompleted(Step(done, 1000));
            view.Evaluating(1, done, 1000);
            view.EpochCompleted(Epoch(done, 1));
        }

        _time.Advance(_interval - TimeSpan.FromTicks(1));
        Assert.Equal(before, _console.Output.Length);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Contains("testing 1000/1000", string.Join('\n', Lines(80)));
        before = _console.Output.Length;
        _time.Advance(_interval - TimeSpan.FromTicks(1));
        Assert.Equal(before, _console.Output.Length);
    });

    [Fact]
    public void Draws_the_loss_of_single_batches_until_there_are_two_rows() => Show(view =>
    {
        view.StepCompleted(Step(1, 40) with { BatchLoss = 5 });
        Tick();
        Assert.DoesNotContain(Lines(80), line => line.Contains('┤'));
        view.StepCompleted(Step(2, 40) with { BatchLoss = 3 });
        view.BatchesCompleted(Batches(1, 2));
        Tick();
        Assert.Contains(Lines(80), line => line.StartsWith("   5.0000 ┤", StringComparison.Ordinal));
        Assert.Matches("^     step  1 +2$", Lines(80)[^1]);
        view.BatchesCompleted(Batches(2, 1));
        Tick();
        Assert.Contains(Lines(80), line => line.StartsWith("   2.0000 ┤", StringComparison.Ordinal));
        Assert.Matches("^     step  50 +100$", Lines(80)[^1]);
    });

    [Fact]
    public void Shows_how_far_a_long_step_is() => Show(view =>
    {
        void Shows(double batchesDone, string place)
        {
            _batchesDone = batchesDone;
            Tick();
            Assert.EndsWith($" {place}", Assert.Single(Lines(80), line => line.StartsWith("epoch 1/3", StringComparison.Ordinal)));
        }

        view.EpochStarted(1, 40);
        Shows(0.1, "0/40");
        _time.Advance(TimeSpan.FromSeconds(1));
        Shows(0.3, "0.3/40");
        Shows(0.9, "0.9/40");
        view.StepCompleted(Step(1, 40));

        // The next one is taken for as long, until it is known to be short.
        Shows(1, "1.0/40");
        view.StepCompleted(Step(2, 40));
        Shows(2.5, "2/40");
        view.EpochStarted(1, 40);
        Shows(0, "0/40");
    });

    [Fact]
    public void The_bar_moves_within_a_step() => Show(view =>
    {
        view.EpochStarted(1, 2);
        _time.Advance(TimeSpan.FromSeconds(2));
        _batchesDone = 0.5;
        Tick();
        Assert.Equal("epoch 1/3 ━━━━━━━━━━────────────────────────────── 0.5/2", Lines(80)[^1]);
    });

    [Theory]
    [MemberData(nameof(Windows))]
    public void No_line_is_wider_than_the_window_whatever_the_numbers(int width, bool validates)
    {
        _console.Width(width);
        Show(
            view =>
            {
                view.EpochStarted(int.MaxValue, 50_000);
                _batchesDone = 49_999.9;
                _time.Advance(TimeSpan.FromSeconds(2));
                view.StepCompleted(new BatchProgress(int.MaxValue, 50_000, 50_000, long.MaxValue, 9, 1e30, 1, 0.0001));
                view.BatchesCompleted(Batches(1, 1e300));
                view.BatchesCompleted(Batches(2, 1));
                view.EpochCompleted(new EpochMetrics(int.MaxValue, 40, 1e30, 1, 1e30, 1, 1e30, 1, 0.01f, 1e6, 1, 123_456));
                Tick();
                view.EpochCompleted(new EpochMetrics(3, 80, double.NaN, 1, double.NaN, double.NaN, double.NaN, 0, 0.01f, 1, 1, 1));
                view.Warn(string.Join(' ', Enumerable.Repeat("the disk is full", 20)));
                view.Warn("runs/猫 cannot be written to");
                Tick();
            },
            _options with { Epochs = int.MaxValue },
            validates);

        Assert.All(Lines(width), line => Assert.InRange(line.Length, 0, Math.Max(1, width - 1)));
    }

    [Fact]
    public void Has_only_ASCII_where_there_is_nothing_else()
    {
        _console.Profile.Capabilities.Unicode = false;
        Show(view =>
        {
            view.StepCompleted(Step(10, 40));
            view.BatchesCompleted(Batches(1, 2));
            view.BatchesCompleted(Batches(2, 1));
            Tick();
            Assert.Contains("epoch 1/3 ##########------------------------------ 10/40", Lines(80));
        });
        Assert.All(_console.Output, character => Assert.InRange(character, '\0', '~'));
    }

    [Fact]
    public void Has_the_same_lines_without_colours_and_nothing_of_them()
    {
        _console.Profile.Capabilities.ColorSystem = ColorSystem.NoColors;
        Show(view =>
        {
            view.StepCompleted(Step(10, 40));
            view.EpochCompleted(Epoch(1, 2));
            view.BatchesCompleted(Batches(1, 2));
            view.BatchesCompleted(Batches(2, 1));
            Tick();
        });
        Assert.DoesNotMatch(@"\e\[[\d;]*m", _console.Output);
        Assert.StartsWith("*    1", Lines(80)[1]);
    }

    [Fact]
    public void Prints_what_it_is_told_from_another_thread_above()
    {
        Show(view =>
        {
            view.StepCompleted(Step(10, 40));
            Tick();
            var other = new Thread(() => view.Note("stopping"));
            other.Start();
            other.Join();
            Assert.Equal(["stopping", Heads, ""], Lines(80)[..3]);
            Assert.StartsWith("epoch 1/3 ━━━━━━━━━━─", Lines(80)[3]);
            view.Warn("the disk is full");
            Assert.Equal(["stopping", "cifarfast: WARNING: the disk is full", Heads, ""], Lines(80)[..4]);
        });
        Assert.Equal(["stopping", "cifarfast: WARNING: the disk is full"], Lines(80));
    }

    [Fact]
    public void Wide_characters_are_told_of_in_a_window_that_is_narrower()
    {
        _console.Width(1);
        Show(view =>
        {
            view.Note("猫.");
            Assert.Equal(["?", "."], Lines(1));
            ((LiveView)view).End();
            view.Note("猫.");
        });
        Assert.EndsWith($"猫.{Environment.NewLine}", _console.Output);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(11)]
    [InlineData(20)]
    [InlineData(40)]
    [InlineData(60)]
    [InlineData(100)]
    public void Leaves_nothing_behind_when_the_window_changes_its_width(int width) => Show(view =>
    {
        var screen = new Screen(80, "");
        int shown = 0;
        string Update()
        {
            Tick();
            string frame = _console.Output[shown..];
            screen.Show(frame);
            shown = _console.Output.Length;
            return frame;
        }

        view.BatchesCompleted(Batches(1, 2));
        view.BatchesCompleted(Batches(2, 1));
        view.StepCompleted(Step(10, 40));
        Update();
        string[] before = screen.Lines;
        foreach (int next in new[] { width, 80 })
        {
            _console.Width(next);
            screen.Resize(next);
            Assert.Equal(new Screen(next, Update()).Lines, screen.Lines);
        }

        Assert.Equal(before, screen.Lines);
    });

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(12)]
    public void Is_no_higher_than_the_window(int height) => Show(view =>
    {
        _console.Height(height);
        view.StepCompleted(Step(10, 40));
        view.BatchesCompleted(Batches(1, 2));
        view.BatchesCompleted(Batches(2, 1));
        Tick();
        Assert.InRange(Lines(80).Length, 1, Math.Max(1, height - 1));
    });

    [Fact]
    public void Shows_what_a_run_that_is_resumed_did_before()
    {
        ImageSet images = SyntheticImages.Create(1, train: 100, test: 10, TestContext.Current.CancellationToken).Train;
        using var network = new Network(NetworkCatalog.Reference(), new ExecutionOptions(), 1, 1);
        var session = new TrainingSession(network, new TrainingData(images), new Recipe { BatchSize = 1, Epochs = 1 });
        session.Run(new Silence(), TestContext.Current.CancellationToken);

        Show(_ => Assert.StartsWith("*    1", Lines(80)[1]), earlier: session.State);
        Assert.Contains(Lines(80), line => line.StartsWith("     step  10", StringComparison.Ordinal));
    }

    [Fact]
    public void Returns_the_results_of_the_run()
    {
        var result = new TrainingResult(StopReason.Completed, [], 3, 4);
        Assert.Same(result, LiveView.Show(_console, _options, validates: false, new TrainingState(), () => _batchesDone, _ => result, _time));
    }

    [Fact]
    public void Leaves_a_clean_terminal_when_the_run_fails()
    {
        Assert.Throws<OperationCanceledException>(() => Show(view =>
        {
            view.StepCompleted(Step(10, 40));
            Tick();
            Assert.False(new Screen(80, _console.Output).HasCursor);
            throw new OperationCanceledException();
        }));

        Assert.Empty(Lines(80));
        Assert.True(new Screen(80, _console.Output).HasCursor);
    }

    [Fact]
    public void Gives_the_terminal_back_at_once_and_then_leaves_it_alone()
    {
        Show(view =>
        {
            view.EpochCompleted(Epoch(1, 2));
            ((LiveView)view).End();
            Assert.True(new Screen(80, _console.Output).HasCursor);
            view.StepCompleted(Step(10, 40));
            Tick();
            view.Note("more");
        });
        Assert.Equal([Heads[..6], "*    1", "more"], Lines(80).Select(line => line[..Math.Min(6, line.Length)]));
        Assert.True(new Screen(80, _console.Output).HasCursor);
    }

    private static BatchProgress Step(int batch, int batches) => new(1, batch, batches, batch, 9, 1.5, 0.4567, 100);

    private static BatchMetrics Batches(int row, double loss) => new(1, row * 50, row * 50, loss, 0.5, 100, 0.01f);

    private static EpochMetrics Epoch(int epoch, double trainLoss) =>
        new(epoch, epoch * 40, trainLoss, 0.5, double.NaN, double.NaN, 2, 0.123456, 0.01f, 61, 60, 833.4);

    private string[] Lines(int width) => new Screen(width, _console.Output).Lines;

    private void Tick() => _time.Advance(_interval);

    private void Show(Action<ITrainingView> events, Recipe? options = null, bool validates = false, TrainingState? earlier = null) => LiveView.Show(
        _console,
        options ?? _options,
        validates,
        earlier ?? new TrainingState(),
        () => _batchesDone,
        view =>
        {
            events(view);
            return new TrainingResult(StopReason.Completed, [], 0, 0);
        },
        _time);

    private sealed class Silence : ITrainingObserver;
}
