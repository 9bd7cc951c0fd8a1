using System.Text.Json.Serialization;
using CifarFast.Engine.Data;
using CifarFast.Engine.Data.Transforms;
using CifarFast.Engine.Evaluation;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Initialization;
using CifarFast.Engine.Losses;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Optim;

namespace CifarFast.Engine.Recipes;

/// <summary>
/// What a training run does, but for the images and the machine: network, optimizer, schedule, loss, how long, and how it is judged.
/// The defaults are those of the reference recipe.
/// </summary>
public sealed record Recipe
{
    /// <summary>The name a person chooses it by.</summary>
    [JsonRequired]
    public string Name { get; init; } = ReferenceRecipe.Name;

    /// <summary>Where the recipe comes from, in a line for a person to read.</summary>
    [JsonIgnore]
    public string Source { get; init; } = ReferenceRecipe.Source;

    /// <summary>What accuracy to expect of it, in a few words with the number of runs.</summary>
    [JsonIgnore]
    public string Accuracy { get; init; } = ReferenceRecipe.Accuracy;

    /// <summary>Makes the network for images of a shape, a number of classes, and where it normalises images, by their mean and deviation.</summary>
    [JsonIgnore]
    public NetworkFactory Network { get; init; } = ReferenceRecipe.Network;

    /// <summary>What parameters begin with where it is not He-normal weights and zero biases; the first rule that is about a parameter counts.</summary>
    [JsonIgnore]
    public IReadOnlyList<InitializationRule> Initialization { get; init; } = [];

    /// <summary>How many times the training set is gone through. A fraction is planned from the first step, and its last part is an epoch of its own.</summary>
    [JsonRequired]
    public decimal Epochs { get; init; } = 20;

    /// <summary>
    /// Steps that a run has at least, whatever <see cref="Epochs"/> come to: a set of a few images would be over before anything is learnt. 0 for none.
    /// </summary>
    public int LeastSteps { get; init; }

    /// <summary>Images a step.</summary>
    [JsonRequired]
    public int BatchSize { get; init; } = 64;

    /// <summary>
    /// Whether an epoch leaves out its last batch where that is not whole, so that all steps are of as many images; a set that is smaller than a
    /// batch is one batch all the same.
    /// </summary>
    public bool DropLast { get; init; }

    /// <summary>What is done with each training image before the network takes it, in this order; what is evaluated stays as it is.</summary>
    public IReadOnlyList<Transform> Transforms
    {
        get;
        init => field = value ?? []; // The serializer gives null where a file, of a version without transforms, says nothing of them.
    } = [];

    /// <summary>What updates the weights.</summary>
    [JsonRequired]
    public Optimizer Optimizer { get; init; } = new SGD();

    /// <summary>How the learning rate changes over <see cref="Epochs"/>, whatever ends the run earlier.</summary>
    [JsonRequired]
    public LearningRateSchedule Schedule { get; init; } = new ConstantSchedule();

    /// <summary>What training minimizes; evaluations have plain cross-entropy, whatever it is.</summary>
    [JsonRequired]
    public Loss Loss { get; init; } = new CrossEntropyLoss();

    /// <summary>What is done about classes that have fewer training images than others; evaluations take all images alike, whatever it is.</summary>
    public ClassBalance Balance { get; init; }

    /// <summary>The average of the weights: what is evaluated and saved in place of those, or what training goes on from; null for none.</summary>
    public WeightAverage? Average { get; init; }

    /// <summary>Decides the initial weights, the order of the images, and what is random about transforms.</summary>
    [JsonRequired]
    public ulong Seed { get; init; } = 1;

    /// <summary>Ends the run after this many steps, in the middle of an epoch if need be; it never shapes the schedule.</summary>
    public long? MaxSteps { get; init; }

    /// <summary>What the best epoch is selected by.</summary>
    [JsonRequired]
    public Metric Monitor { get; init; } = Metric.TrainLoss;

    /// <summary>Ends the run when <see cref="Monitor"/> has not improved for this many epochs; null for never.</summary>
    public int? Patience { get; init; }

    /// <summary>
    /// With what the recipe's own test accuracy is measured, once, when the run is over. It stands beside the plain one, which all else goes by.
    /// </summary>
    public TestTimeAugmentation TestTimeAugmentation { get; init; }

    /// <summary>Whether training images are mixed: the training accuracy then counts the heavier of two labels.</summary>
    [JsonIgnore]
    public bool MixesImages => Transforms.Any(transform => transform is MixingTransform);

    /// <summary>How many epochs there are, a last one that is not whole included.</summary>
    [JsonIgnore]
    public int EpochCount => (int)decimal.Ceiling(Epochs);

    /// <summary>
    /// Whether learning rates or averages are planned to the last step, so that the weights are best when the run is over, and it cannot be made
    /// longer once it is under way.
    /// </summary>
    [JsonIgnore]
    public bool IsPlannedToItsEnd =>
        Average is { IsPlanned: true } || Optimizer.Groups.Select(group => group.Schedule).Append(Schedule).Any(schedule => schedule is not (null or ConstantSchedule));

    /// <summary>The recipe for a set of so many images: no larger batch than that, and as many epochs as make <see cref="LeastSteps"/>.</summary>
    /// <param name="images">How many images there are to train on.</param>
    public Recipe For(int images)
    {
        int batchSize = Math.Min(BatchSize, images);
        int batches = Math.Max(1, DropLast ? images / batchSize : (images + batchSize - 1) / batchSize);
        return this with { BatchSize = batchSize, Epochs = Steps(batches) >= LeastSteps ? Epochs : decimal.Ceiling((decimal)LeastSteps / batches) };
    }

    /// <summary>
    /// The recipe for the images of a set: where cutout fills its square with the mean of CIFAR-10, it takes theirs, and where their mirror images are of
    /// other classes, nothing is mirrored.
    /// </summary>
    /// <param name="normalize">Mean and deviation of the images.</param>
    /// <param name="mirrorKeepsClasses">Whether an image mirrored left to right is of the same class.</param>
    public Recipe For(Normalize normalize, bool mirrorKeepsClasses) => this with
    {
        Transforms =
        [
            .. Transforms
                .Where(transform => mirrorKeepsClasses || transform is not (AlternatingFlip or RandomHorizontalFlip))
                .Select(transform => transform is Cutout cutout && cutout.Fill.SequenceEqual(NetworkCatalog.Cifar10Mean) ? cutout with { Fill = normalize.Mean } : transform),
        ],
        TestTimeAugmentation = mirrorKeepsClasses ? TestTimeAugmentation : TestTimeAugmentation.WithoutMirror(),
    };

    /// <summary>How many steps the run has: <c>⌈epochs × batches⌉</c>, exactly.</summary>
    /// <param name="batchesOfEpoch">How many batches go through the training set once.</param>
    public long Steps(int batchesOfEpoch) => (long)decimal.Ceiling(Epochs * batchesOfEpoch);

    /// <summary>Sets the initial weights that <see cref="Initialization"/> is about; all others stay as they are.</summary>
    /// <param name="network">A network just made with <see cref="Seed"/>.</param>
    /// <param name="images">The images it will be trained on.</param>
    /// <param name="cancellation">Gives it up; some weights are then set and others are not.</param>
    /// <exception cref="ArgumentException">A rule does not go with a parameter; the message says why.</exception>
    /// <exception cref="ShapeException">The network does not take images of this size.</exception>
    public void Initialize(Network network, ImageSet images, CancellationToken cancellation = default) =>
        NetworkInitialization.Run(network, Initialization, Seed, images, cancellation);

    /// <summary>What is minimized on a set of images: <see cref="Loss"/>, with weights of the classes where <see cref="Balance"/> asks for them.</summary>
    internal Loss LossFor(ImageSet images, int classes) =>
        Balance == ClassBalance.Weights ? Loss.WithClassWeights(ClassWeights.Of(images.Labels, classes)) : Loss;

    /// <summary>What of its numbers nothing can be trained with, or null.</summary>
    internal string? FindFault() =>
        Epochs is <= 0 or > int.MaxValue ? $"{Epochs} epochs"
        : BatchSize <= 0 ? $"batches of {BatchSize}"
        : LeastSteps < 0 ? $"at least {LeastSteps} steps"
        : MaxSteps <= 0 ? $"{MaxSteps} steps"
        : Patience <= 0 ? $"the patience {Patience}"
        : Transform.FindFault(Transforms) ?? Optimizer.FindFault();
}
