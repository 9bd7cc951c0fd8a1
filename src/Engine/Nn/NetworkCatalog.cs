using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Nn;

/// <summary>The networks that come with the engine.</summary>
public static class NetworkCatalog
{
    /// <summary>The network called <paramref name="name"/>, or null where there is none.</summary>
    public static Architecture? Find(string name) => new[] { Reference() }.FirstOrDefault(network => network.Name == name);

    /// <summary>
    /// The reference network for 3×32×32 images of ten classes: two blocks of two 3×3 convolutions and a pooling, then two linear
    /// layers; 1,147,434 parameters, about 30 million multiply-adds an image.
    /// </summary>
    public static Architecture Reference() => new(
        "reference",
        new Shape(3, 32, 32),
        new Conv2d(3, 16, KernelSize: 3, Padding: 1),
        new ReLU(),
        new Conv2d(16, 32, KernelSize: 3, Padding: 1),
        new ReLU(),
        new MaxPool2d(2),
        new Conv2d(32, 64, KernelSize: 3, Padding: 1),
        new ReLU(),
        new Conv2d(64, 128, KernelSize: 3, Padding: 1),
        new ReLU(),
        new MaxPool2d(2),
        new Flatten(),
        new Linear(8192, 128),
        new ReLU(),
        new Linear(128, 10));
}
