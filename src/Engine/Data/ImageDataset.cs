namespace CifarFast.Engine.Data;

/// <summary>A data set with its two halves.</summary>
/// <param name="Name">The name reports use: <c>cifar10</c> or <c>synthetic</c>.</param>
/// <param name="ClassNames">What each label means.</param>
/// <param name="Train">The images to learn from.</param>
/// <param name="Test">The images kept aside to measure with.</param>
public sealed record ImageDataset(string Name, IReadOnlyList<string> ClassNames, ImageSet Train, ImageSet Test);
