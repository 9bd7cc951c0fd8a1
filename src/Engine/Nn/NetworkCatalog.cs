using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Nn;

/// <summary>The networks that come with the engine.</summary>
public static class NetworkCatalog
{
    /// <summary>The network called <paramref name="name"/>, or null where there is none.</summary>
    public static Architecture? Find(string name) => new[] { Reference() }.FirstOrDefault(network => network.Name == name);

    /// <summary>The reference network for 3×32×32 images of ten classes; 1,147,434 parameters, about 30 million multiply-adds an image.</summary>
    public static Architecture Reference() => Reference(new Shape(3, 32, 32), classes: 10);

    /// <summary>The reference network: two blocks of two 3×3 convolutions and a pooling, then two linear layers.</summary>
    /// <param name="input">An image: channels × height × width, each side a multiple of 4.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <exception cref="ShapeException">It takes no images of this size.</exception>
    public static Architecture Reference(Shape input, int classes)
    {
        if (input.Rank != 3 || input[1] % 4 != 0 || input[2] % 4 != 0)
        {
            throw new ShapeException($"the reference network takes images with sides that are multiples of 4, not {input}");
        }

        return new Architecture(
            "reference",
            input,
            new Conv2d(input[0], 16, KernelSize: 3, Padding: 1),
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
            new Linear(128 * (input[1] / 4) * (input[2] / 4), 128),
            new ReLU(),
            new Linear(128, classes));
    }
}
