using CifarFast.Engine.Training;
using CifarFast.Trainer.Console;

namespace CifarFast.Trainer.Tests.Console;

public class EpochProgressTests
{
    private static readonly EpochProgress _progress = new(3, 20, 782)
    {
        Batch = new BatchProgress(3, 391, 782, 1955, 1.4, 1.5, 0.4567, 1069),
        SecondsLeft = 33,
        SecondsLeftOfRun = 760,
    };

    [Theory]
    [InlineData(39, "epoch 3/20 ━━━━──── 391/782", "loss 1.5000  accuracy 45.7%  0:33 left")]
    [InlineData(59, "epoch 3/20 ━━━━━━━━━━━━━━────────────── 391/782", "loss 1.5000  accuracy 45.7%  1069 images/s  0:33 left")]
    [InlineData(
        79,
        "epoch 3/20 ━━━━━━━━━━━━━━━━━━━━──────────────────── 391/782",
        "loss 1.5000  accuracy 45.7%  1069 images/s  0:33 left  12:40 left of the run")]
    public void Shows_what_fits(int width, string bar, string figures) => Assert.Equal([bar, figures], Draw(_progress, width));

    [Fact]
    public void Says_which_label_counts_where_images_are_mixed() =>
        Assert.StartsWith("loss 1.5000  accuracy (heavier label) 45.7%  ", Draw(_progress with { Accuracy = "accuracy (heavier label)" }, 99)[1]);

    [Fact]
    public void Shows_how_far_the_evaluation_is() => Assert.Equal(
        [
            "epoch 3/20 ━━━━━━━━━━━━──────────────────────────── testing 3200/10000",
            "loss 1.5000  accuracy 45.7%  1069 images/s  12:40 left of the run",
        ],
        Draw(_progress with { Evaluated = (3200, 10_000) }, 79));

    [Theory]
    [InlineData(390.96, "epoch 3/20 ━━━━━━━━━━━━━━━━━━──────────────────── 391.0/782")]
    [InlineData(391.29, "epoch 3/20 ━━━━━━━━━━━━━━━━━━━─────────────────── 391.3/782")]
    public void Shows_how_far_a_long_batch_is(double done, string bar) => Assert.Equal(bar, Draw(_progress with { BatchesDone = done }, 69)[0]);

    [Fact]
    public void Does_without_characters_beyond_ASCII() =>
        Assert.StartsWith("epoch 3/20 ####---- 391/782", string.Concat(_progress.Draw(39, unicode: false)[0].Select(segment => segment.Text)));

    [Fact]
    public void Begins_without_figures() =>
        Assert.Equal(["epoch 3/20 ──────── 0/782", ""], Draw(new EpochProgress(3, 20, 782), 39));

    [Fact]
    public void Does_without_a_bar_where_there_is_no_room() => Assert.Equal(["epoch 3/20 391/782", "loss 1.5000"], Draw(_progress, 20));

    private static string[] Draw(EpochProgress progress, int width) =>
        [.. progress.Draw(width, unicode: true).Select(line => string.Concat(line.Select(segment => segment.Text)))];
}
