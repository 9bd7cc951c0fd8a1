using CifarFast.Engine.Data;
using CifarFast.Engine.Evaluation;
using CifarFast.Engine.Inference;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Reports;

/// <summary>What a trained network made of the test images.</summary>
/// <param name="Checkpoint">The file of its weights.</param>
/// <param name="Images">The images.</param>
/// <param name="Predictions">What it said of each.</param>
/// <param name="Report">How well it did.</param>
internal sealed record ModelEvaluation(
    string Checkpoint, ImageSet Images, Predictions Predictions, ClassificationReport Report)
{
    /// <summary>How well it did with test-time augmentation, or null where that was not measured.</summary>
    public AugmentedAccuracy? Augmented { get; init; }

    /// <summary>The folder that the names of the images are files in, or null.</summary>
    public string? Folder { get; init; }

    /// <summary>Has a network classify images.</summary>
    /// <param name="checkpoint">The file of its weights.</param>
    /// <param name="model">The network.</param>
    /// <param name="images">The images.</param>
    /// <param name="classNames">What the data set calls its classes; the network's own names are used where it has another number of them.</param>
    /// <param name="augmentation">With what test-time augmentation to measure the accuracy once more, beside the plain figures.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="RunException">What the network says is no number, or an image is of a class that it does not have.</exception>
    /// <exception cref="OperationCanceledException">Cancellation was asked for.</exception>
    public static ModelEvaluation Of(
        string checkpoint, Classifier model, ImageSet images, IReadOnlyList<string> classNames, TestTimeAugmentation augmentation, CancellationToken cancellation)
    {
        int classes = model.ClassNames.Count;
        if (images.Labels.ContainsAnyExceptInRange(0, classes - 1))
        {
            throw new RunException(
                $"the network of {checkpoint} tells {Quantity.Of(classes, "class", "classes")} apart, and the images are of {classNames.Count:N0}; give images of its own classes with --data");
        }

        IReadOnlyList<string> names = classNames.Count == model.ClassNames.Count ? classNames : model.ClassNames;
        (Predictions predictions, ClassificationReport report) = Measure(TestTimeAugmentation.None);
        return new ModelEvaluation(checkpoint, images, predictions, report)
        {
            Augmented = augmentation == TestTimeAugmentation.None ? null : new AugmentedAccuracy(augmentation, Measure(augmentation).Report.Accuracy),
        };

        (Predictions Predictions, ClassificationReport Report) Measure(TestTimeAugmentation level)
        {
            Predictions said = model.Predict(images, level, progress: null, cancellation);
            return said.IsFinite ? (said, ClassificationReport.Of(said, images, names)) : throw new RunException(
                $"what the network of {checkpoint} says of the images is no number; its weights are too large to tell anything");
        }
    }

    /// <summary>The images classified wrongly, those first that the network was surest of.</summary>
    public IReadOnlyList<Sample> Wrong(int count) => Surest(count, isRight: false);

    /// <summary>The images classified rightly that the network was surest of, class by class in turn: else one class would have them all.</summary>
    public IReadOnlyList<Sample> Right(int count) =>
    [
        .. Surest(int.MaxValue, isRight: true)
            .GroupBy(sample => sample.Label)
            .SelectMany(group => group.Select((sample, place) => (sample, place)))
            .OrderBy(pair => pair.place).ThenBy(pair => pair.sample.Label)
            .Take(count)
            .Select(pair => pair.sample),
    ];

    private Sample[] Surest(int count, bool isRight) =>
    [
        .. Enumerable.Range(0, Images.Count)
            .Where(i => Predictions.Class(i) == Images.Labels[i] == isRight)
            .Select(i => new Sample(i, Images.Labels[i], Predictions.Class(i), Predictions.Probabilities(i)[Predictions.Class(i)]))
            .OrderByDescending(sample => sample.Probability)
            .Take(count),
    ];

    /// <summary>An image and what was said of it.</summary>
    /// <param name="Index">Its place among the images.</param>
    /// <param name="Label">Its class.</param>
    /// <param name="Predicted">The class it was taken for.</param>
    /// <param name="Probability">How sure the network was of that, 0 to 1.</param>
    public sealed record Sample(int Index, int Label, int Predicted, double Probability);
}
