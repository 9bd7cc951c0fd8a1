using CifarFast.Engine.Data;
using CifarFast.Engine.Evaluation;
using CifarFast.Engine.Training;
using CifarFast.Trainer.Console;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Commands;

/// <summary>The images of a run: those to train on, to validate and to test with.</summary>
internal static class RunImages
{
    /// <summary>Divides a data set as the settings say.</summary>
    /// <exception cref="UsageException">There are too few images for that.</exception>
    public static TrainingData Of(ImageDataset dataset, TrainSettings settings)
    {
        ImageSet train = Limit(dataset.Train, settings.LimitTrain);
        ImageSet test = Limit(dataset.Test, settings.LimitTest);
        if (settings.ValidationSplit is not double share)
        {
            return dataset.Validation is null && settings.Recipe.Monitor is Metric.ValidationLoss or Metric.ValidationAccuracy
                ? throw new UsageException($"--monitor {ChoiceName.Of(settings.Recipe.Monitor)} needs a --validation-split, or a folder 'val' beside 'train' and 'test'")
                : new TrainingData(train, dataset.Validation, test);
        }

        if (dataset.Validation is not null)
        {
            throw new UsageException("--validation-split does not go with a data set that has images to validate with of its own; leave it out");
        }

        if (train.Count < 2)
        {
            throw new UsageException("--validation-split needs at least 2 training images");
        }

        (ImageSet kept, ImageSet heldOut) = train.Split(share, settings.Recipe.Seed);
        return new TrainingData(kept, heldOut, test);
    }

    private static ImageSet Limit(ImageSet images, int? limit) => limit is int count ? images.Take(count) : images;
}
