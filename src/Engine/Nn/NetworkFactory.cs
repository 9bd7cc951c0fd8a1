using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Nn;

/// <summary>Makes a network.</summary>
/// <param name="input">An image: channels × height × width.</param>
/// <param name="classes">How many classes there are.</param>
/// <param name="normalize">Mean and deviation of the images, for a network that normalises them; null for those of CIFAR-10.</param>
/// <exception cref="ShapeException">The network takes no images of this size.</exception>
public delegate Architecture NetworkFactory(Shape input, int classes, Normalize? normalize = null);
