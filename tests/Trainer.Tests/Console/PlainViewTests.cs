using CifarFast.Engine.Training;
using CifarFast.Trainer.Console;
using Microsoft.Extensions.Time.Testing;

namespace CifarFast.Trainer.Tests.Console;

public sealed class PlainViewTests
{
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };
    private readonly FakeTimeProvider _time = new();
    private double _batchesDone;

    [Fact]
    public void Writes_a_line_every_50_batches_and_one_an_epoch()
    {
        using PlainView view = View();
        for (int batch = 1; batch <= 120; batch++)
        {
            view.StepCompleted(new BatchProgress(3, batch, 120, 240 + batch, 9, 1.23456, 0.5, 1234.5));
        }

        view.EpochCompleted(new EpochMetrics(3, 360, 1.2, 0.56789, double.NaN, double.NaN, 1.4, 0.5, 0.01f, 12.34, 10, 1000));

        Assert.Equal(
            """
            epoch 3/20 batch 50/120 loss 1.2346 accuracy 0.5000 images/s 1234
            epoch 3/20 batch 100/120 loss 1.2346 accuracy 0.5000 images/s 1234
            epoch 3/20 done: train loss 1.2000 train accuracy 0.5679 test loss 1.4000 test accuracy 0.5000 seconds 12.3 images/s 1000

            """.ReplaceLineEndings("\n"),
            _output.ToString());
        Assert.Equal("", _error.ToString());
    }

    [Fact]
    public void Tells_of_images_held_out_and_of_trouble()
    {
        using PlainView view = View();
        view.EpochCompleted(new EpochMetrics(3, 360, 1.2, 0.56789, 1.3, 0.45, 1.4, 0.5, 0.01f, 12.34, 10, 1000));
        view.Warn("the disk is full");

        Assert.Equal(
            "epoch 3/20 done: train loss 1.2000 train accuracy 0.5679 validation loss 1.3000 validation accuracy 0.4500 test loss 1.4000 test accuracy 0.5000 seconds 12.3 images/s 1000\n",
            _output.ToString());
        Assert.Equal("cifarfast: WARNING: the disk is full\n", _error.ToString());
    }

    [Fact]
    public void Tells_within_half_a_minute_how_far_long_steps_and_evaluations_are()
    {
        using PlainView view = View();
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("", _output.ToString());

        view.Note("begun");
        view.EpochStarted(3, 4);
        void After(double seconds, double batchesDone)
        {
            _batchesDone = batchesDone;
            _time.Advance(TimeSpan.FromSeconds(seconds));
        }

        After(29.9, 0.1);
        After(0.1, 0.14);
        After(30, 0.27);
        After(20, 1);
        view.StepCompleted(new BatchProgress(3, 1, 4, 9, 9, 1.23456, 0.5, 1234.5));
        After(10, 1.5);
        view.Evaluating(3, 256, 10_000);
        After(30, 4);
        view.Note("well");
        After(29, 4);
        view.Evaluating(3, 512, 10_000);
        After(1, 4);
        view.EpochStarted(4, 4);
        After(30, 0.5);

        Assert.Equal(
            """
            begun
            epoch 3/20 batch 0.1/4
            epoch 3/20 batch 0.3/4
            epoch 3/20 batch 1.5/4 loss 1.2346 accuracy 0.5000 images/s 1234
            epoch 3/20 testing 256/10000
            well
            epoch 3/20 testing 512/10000
            epoch 4/20 batch 0.5/4

            """.ReplaceLineEndings("\n"),
            _output.ToString());
    }

    [Fact]
    public void Is_silent_once_it_is_over()
    {
        PlainView view = View();
        view.EpochStarted(1, 4);
        view.Dispose();
        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal("", _output.ToString());
    }

    private PlainView View() => new(_output, _error, epochs: 20, () => _batchesDone, _time);
}
