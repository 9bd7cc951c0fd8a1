using CifarFast.Engine.Data;
using CifarFast.Engine.Training;
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
            return new TrainingData(train, Test: test);
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
