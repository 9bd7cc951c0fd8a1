using CifarFast.Engine.Training;
using CifarFast.Trainer.Console;

namespace CifarFast.Trainer.Tests.Console;

public sealed class PlainViewTests
{
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };

    [Fact]
    public void Writes_a_line_every_50_batches_and_one_an_epoch()
    {
        var view = new PlainView(_output, _error, epochs: 20);
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
        var view = new PlainView(_output, _error, epochs: 20);
        view.EpochCompleted(new EpochMetrics(3, 360, 1.2, 0.56789, 1.3, 0.45, 1.4, 0.5, 0.01f, 12.34, 10, 1000));
        view.Warn("the disk is full");

        Assert.Equal(
            "epoch 3/20 done: train loss 1.2000 train accuracy 0.5679 validation loss 1.3000 validation accuracy 0.4500 test loss 1.4000 test accuracy 0.5000 seconds 12.3 images/s 1000\n",
            _output.ToString());
        Assert.Equal("cifarfast: WARNING: the disk is full\n", _error.ToString());
    }
}
