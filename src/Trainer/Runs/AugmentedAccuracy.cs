using CifarFast.Engine.Evaluation;

namespace CifarFast.Trainer.Runs;

/// <summary>An accuracy measured with test-time augmentation. It stands beside the plain one, never in its place.</summary>
/// <param name="Level">What the network was shown of each image.</param>
/// <param name="Accuracy">The share of images classified correctly, 0 to 1.</param>
internal sealed record AugmentedAccuracy(TestTimeAugmentation Level, double Accuracy);
