using CifarFast.Engine.Training;
using CifarFast.Trainer.Console;
using Spectre.Console.Testing;

namespace CifarFast.Trainer.Tests.Console;

public sealed class LiveViewTests
{
    private const string Heads = "  epoch   train loss   accuracy   test loss   accuracy    time   images/s";

    private static readonly TrainingOptions _options = new() { Epochs = 2, BatchSize = 10 };

    public static TheoryData<int> Widths => [80, 160];

    [Theory]
    [MemberData(nameof(Widths))]
    public void Leaves_a_row_an_epoch_under_the_heads_of_the_columns_and_nothing_else(int width)
    {
        Screen screen = Show(width, _options, static (view, _) =>
        {
            view.EpochStarted(1, 40);
            view.StepCompleted(new BatchProgress(1, 40, 40, 40, 9, 1.5, 0.4567, 100));
            view.Evaluating(1, 100, 100);
            view.EpochCompleted(Epoch(1, 2.30259, 0.1, 2.2, 0.123456, 61, 833.4));
            view.EpochStarted(2, 40);
            view.StepCompleted(new BatchProgress(2, 40, 40, 80, 9, 1.5, 0.4567, 100));
            view.EpochCompleted(Epoch(2, 1.5, 1, 1.75, 0.5, 3600, 12_345));
        });

        Assert.Equal(
            [
                Heads,
                "      1       2.3026     10.00%      2.2000     12.35%    1:01        833",
                "      2       1.5000    100.00%      1.7500     50.00% 1:00:00      12345",
            ],
            screen.Lines);
        Assert.True(screen.HasCursor);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Shows_how_far_the_epoch_is_below_the_table(int width) => Show(width, _options, static (view, screen) =>
    {
        view.EpochStarted(1, 40);
        Assert.Equal([Heads, "━━━━━━━━━━━━ 1/2 0/40"], Text(screen()));

        view.StepCompleted(new BatchProgress(1, 10, 40, 10, 9, 1.5, 0.4567, 100));
        Assert.Equal([Heads, "━━━━━━━━━━━━ 1/2 10/40 loss 1.5000 acc 45.7% 100 img/s 0:03 left"], Text(screen()));

        // Too soon to draw again, were it not the last batch.
        view.StepCompleted(new BatchProgress(1, 39, 40, 39, 9, 1.4, 0.5, 100));
        Assert.Contains("10/40", Text(screen())[^1]);
        view.StepCompleted(new BatchProgress(1, 40, 40, 40, 9, 1.3, 0.5, 100));
        Assert.Equal([Heads, "━━━━━━━━━━━━ 1/2 40/40 loss 1.3000 acc 50.0% 100 img/s 0:00 left"], Text(screen()));

        view.EpochCompleted(Epoch(1, 1.3, 0.5, 1.2, 0.5, 61, 100));
        Assert.StartsWith("      1       1.3000", Text(screen())[1]);
        Assert.StartsWith("━━━━━━━━━━━━ 1/2 40/40", Text(screen())[2]);
        Assert.False(screen().HasCursor);
    });

    [Theory]
    [MemberData(nameof(Widths))]
    public void Shows_how_far_the_evaluation_is(int width) => Show(width, _options, static (view, screen) =>
    {
        view.Evaluating(1, 640, 10_000);
        Assert.Equal([Heads, "━━━━━━━━━━━━ 1/2 testing 640/10000"], Text(screen()));
    });

    [Theory]
    [MemberData(nameof(Widths))]
    public void No_line_is_wider_than_the_terminal_whatever_the_numbers(int width)
    {
        Screen screen = Show(width, _options with { Epochs = int.MaxValue }, static (view, screen) =>
        {
            view.EpochStarted(int.MaxValue, 50_000);
            view.StepCompleted(new BatchProgress(int.MaxValue, 50_000, 50_000, long.MaxValue, 9, 1e30, 1, 0.0001));
            Assert.Matches("^━+ 2147483647/2147483647 50000/50000 loss 1.00E", Text(screen())[^1]);
            view.EpochCompleted(Epoch(int.MaxValue, 1e30, 1, 1e30, 1, 1e6, 123_456));
            view.EpochCompleted(Epoch(3, double.NaN, 1, double.NaN, double.NaN, 1, 1));
        });

        Assert.Equal(3, screen.Lines.Length);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Has_columns_for_images_held_out_and_says_what_goes_wrong(int width)
    {
        using TestConsole console = Terminal(width);
        LiveView.Show(console, _options, validates: true, view =>
        {
            view.EpochStarted(1, 40);
            view.Warn("the disk is full");
            view.EpochCompleted(new EpochMetrics(1, 40, 2.30259, 0.1, 2.1, 0.2, 2.2, 0.123456, 0.01f, 61, 60, 833.4));
            return new TrainingResult(TrainingEnd.Completed, [], 0, 0);
        });

        Assert.Equal(
            [
                "  epoch  train loss  accuracy   val loss  accuracy  test acc    time  images/s",
                "cifarfast: WARNING: the disk is full",
                "      1      2.3026    10.00%     2.1000    20.00%    12.35%    1:01       833",
            ],
            new Screen(width, console.Output).Lines);
    }

    [Fact]
    public void Returns_what_the_run_came_to()
    {
        using TestConsole console = Terminal(80);
        var result = new TrainingResult(TrainingEnd.Completed, [], 3, 4);
        Assert.Same(result, LiveView.Show(console, _options, validates: false, _ => result));
    }

    [Fact]
    public void Leaves_a_clean_terminal_when_the_run_is_stopped()
    {
        using TestConsole console = Terminal(80);
        Assert.Throws<OperationCanceledException>(() => LiveView.Show(console, _options, validates: false, view =>
        {
            view.EpochStarted(1, 40);
            Assert.False(new Screen(80, console.Output).HasCursor);
            throw new OperationCanceledException();
        }));

        var screen = new Screen(80, console.Output);
        Assert.Equal([Heads], screen.Lines);
        Assert.True(screen.HasCursor);
    }

    private static EpochMetrics Epoch(
        int epoch, double trainLoss, double trainAccuracy, double testLoss, double testAccuracy, double seconds, double imagesPerSecond) =>
        new(epoch, epoch * 40, trainLoss, trainAccuracy, double.NaN, double.NaN, testLoss, testAccuracy, 0.01f, seconds, seconds, imagesPerSecond);

    private static TestConsole Terminal(int width) => new TestConsole().Width(width).Interactive().EmitAnsiSequences();

    private static string[] Text(Screen screen) => [.. screen.Lines.Where(line => line.Length > 0)];

    private static Screen Show(int width, TrainingOptions options, Action<ITrainingObserver, Func<Screen>> events)
    {
        using TestConsole console = Terminal(width);
        LiveView.Show(console, options, validates: false, view =>
        {
            events(view, () => new Screen(width, console.Output));
            return new TrainingResult(TrainingEnd.Completed, [], 0, 0);
        });
        return new Screen(width, console.Output);
    }
}
