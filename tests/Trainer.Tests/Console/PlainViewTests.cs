using CifarFast.Engine.Training;
using CifarFast.Trainer.Console;

namespace CifarFast.Trainer.Tests.Console;

public sealed class PlainViewTests
{
    private readonly StringWriter _output = new() { NewLine = "\n" };

    [Fact]
    public void Writes_a_line_every_50_batches_and_one_an_epoch()
    {
        var view = new PlainView(_output, epochs: 20);
        view.EpochStarted(3, 120);
        for (int batch = 1; batch <= 120; batch++)
        {
            view.StepCompleted(new BatchProgress(3, batch, 120, 240 + batch, 9, 1.23456, 0.5, 1234.5));
        }

        view.Evaluating(3, 100, 100);
        view.EpochCompleted(new EpochMetrics(3, 1.2, 0.56789, 1.4, 0.5, 12.34, 10, 1000));

        Assert.Equal(
            """
            epoch 3/20 batch 50/120 loss 1.2346 accuracy 0.5000 images/s 1234
            epoch 3/20 batch 100/120 loss 1.2346 accuracy 0.5000 images/s 1234
            epoch 3/20 done: train loss 1.2000 train accuracy 0.5679 test loss 1.4000 test accuracy 0.5000 seconds 12.3 images/s 1000

            """.ReplaceLineEndings("\n"),
            _output.ToString());
    }
}
