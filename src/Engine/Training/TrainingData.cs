using CifarFast.Engine.Data;

namespace CifarFast.Engine.Training;

/// <summary>The images of a run.</summary>
/// <param name="Train">What is learnt from.</param>
/// <param name="Validation">What was held out of the training set to choose by, or null.</param>
/// <param name="Test">What is measured with and never chosen by, or null.</param>
public sealed record TrainingData(ImageSet Train, ImageSet? Validation = null, ImageSet? Test = null);
