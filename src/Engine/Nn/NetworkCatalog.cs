using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Nn;

/// <summary>The networks that come with the engine.</summary>
public static class NetworkCatalog
{
    /// <summary>Where the networks of airbench have their whitening, and their linear layer.</summary>
    internal const string AirbenchWhitening = "1";
    internal const string AirbenchHead = "8";

    /// <summary>The convolutions of their blocks; a name may have <c>*</c> for any characters.</summary>
    internal static IReadOnlyList<string> AirbenchConvolutions { get; } = ["?.0", "?.4", "?.4.body.0", "?.4.body.3"];

    /// <summary>The mean of each channel of CIFAR-10's training images.</summary>
    internal static IReadOnlyList<float> Cifar10Mean { get; } = [0.4914f, 0.4822f, 0.4465f];

    /// <summary>Mean and deviation of CIFAR-10's training images, as everybody writes them.</summary>
    internal static Normalize Cifar10Normalize { get; } = new(Cifar10Mean, [0.2470f, 0.2435f, 0.2616f]);

    /// <summary>The network called <paramref name="name"/>, or null where there is none.</summary>
    public static Architecture? Find(string name) => new[] { Reference() }.FirstOrDefault(network => network.Name == name);

    /// <summary>The reference network for 3×32×32 images of ten classes; 1,147,434 parameters, about 30 million multiply-adds an image.</summary>
    public static Architecture Reference() => Reference(new Shape(3, 32, 32), classes: 10);

    /// <summary>The reference network: two blocks of two 3×3 convolutions and a pooling, then two linear layers.</summary>
    /// <param name="input">An image: channels × height × width, each side at least 4.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <exception cref="ShapeException">It takes no images of this size.</exception>
    public static Architecture Reference(Shape input, int classes)
    {
        if (input.Rank != 3 || input[1] < 4 || input[2] < 4)
        {
            throw new ShapeException($"the reference network takes images with sides of at least 4, not {input}");
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

    /// <summary>
    /// The network of airbench94 (Jordan 2024, "94% on CIFAR-10 in 3.29 Seconds on a Single GPU"): a 2×2 convolution whose weight is whitening and
    /// stays as it is, three blocks of two 3×3 convolutions, a pooling over what is left of the image, and a linear layer; normalisation in front.
    /// </summary>
    /// <param name="input">An image: channels × height × width, each side at least 17.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="normalize">Mean and deviation of the images; null for those of CIFAR-10.</param>
    /// <exception cref="ShapeException">It takes no images of this size.</exception>
    public static Architecture Airbench94(Shape input, int classes, Normalize? normalize = null) =>
        Airbench("airbench94", input, classes, normalize, [64, 256, 256], AirbenchBlock, scale: 1f / 9);

    /// <summary>The same with logits of another size, as its variant with Muon has it.</summary>
    /// <param name="input">An image: channels × height × width, each side at least 17.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="normalize">Mean and deviation of the images; null for those of CIFAR-10.</param>
    /// <exception cref="ShapeException">It takes no images of this size.</exception>
    public static Architecture Airbench94Muon(Shape input, int classes, Normalize? normalize = null) =>
        Airbench("airbench94-muon", input, classes, normalize, [64, 256, 256], AirbenchBlock, scale: 1f / 256);

    /// <summary>The same in narrow: a fifth of the multiplications.</summary>
    /// <param name="input">An image: channels × height × width, each side at least 17.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="normalize">Mean and deviation of the images; null for those of CIFAR-10.</param>
    /// <exception cref="ShapeException">It takes no images of this size.</exception>
    public static Architecture Minute(Shape input, int classes, Normalize? normalize = null) =>
        Airbench("minute", input, classes, normalize, [32, 96, 128], AirbenchBlock, scale: 1f / 9);

    /// <summary>The network of airbench96: wider, with three convolutions a block, the last two of which have a residual connection.</summary>
    /// <param name="input">An image: channels × height × width, each side at least 17.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="normalize">Mean and deviation of the images; null for those of CIFAR-10.</param>
    /// <exception cref="ShapeException">It takes no images of this size.</exception>
    public static Architecture Airbench96(Shape input, int classes, Normalize? normalize = null) =>
        Airbench("airbench96", input, classes, normalize, [128, 384, 512], AirbenchResidualBlock, scale: 1f / 9);

    /// <summary>
    /// The residual network of 20 layers for CIFAR-10 (He, Zhang, Ren and Sun 2016, "Deep Residual Learning for Image Recognition", 4.2): three stages
    /// of three blocks, with shortcuts without anything to learn. Where the image becomes smaller, a shortcut takes every other pixel and
    /// has zeros for the channels that come in addition, here as a 1×1 convolution that stays as it is initialised.
    /// </summary>
    /// <param name="input">An image: channels × height × width, each side at least 4.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="normalize">Mean and deviation of the images; null for those of CIFAR-10.</param>
    /// <exception cref="ShapeException">It takes no images of this size.</exception>
    public static Architecture ResNet20(Shape input, int classes, Normalize? normalize = null)
    {
        int[] widths = [16, 32, 64];
        return input.Rank == 3 && input[1] >= 4 && input[2] >= 4
            ? new Architecture(
                "resnet20",
                input,
                [
                    normalize ?? OfCifar10(input[0]),
                    Conv3(input[0], widths[0]),
                    new BatchNorm2d(widths[0]),
                    new ReLU(),
                    .. widths.SelectMany((width, stage) => Enumerable.Range(0, 3).SelectMany(block =>
                        block == 0 && stage > 0 ? ResidualBlock(widths[stage - 1], width, stride: 2) : ResidualBlock(width, width, stride: 1))),
                    new AdaptiveAvgPool2d(1),
                    new Flatten(),
                    new Linear(widths[^1], classes),
                ])
            : throw new ShapeException($"the network resnet20 takes images with sides of at least 4, not {input}");
    }

    private static Module[] ResidualBlock(int inputs, int outputs, int stride) =>
    [
        new Residual(
            new Sequential(
                Conv3(inputs, outputs, stride), new BatchNorm2d(outputs), new ReLU(),
                Conv3(outputs, outputs), new BatchNorm2d(outputs)),
            stride == 1 ? null : new Frozen(new Conv2d(inputs, outputs, KernelSize: 1, stride, Bias: false))),
        new ReLU(),
    ];

    private static Architecture Airbench(string name, Shape input, int classes, Normalize? normalize, int[] widths, Func<int, int, Module> block, float scale)
    {
        const int whiteningKernel = 2;
        int smallest = (1 << (widths.Length + 1)) + whiteningKernel - 1;
        if (input.Rank != 3 || input[1] < smallest || input[2] < smallest)
        {
            throw new ShapeException($"the network {name} takes images with sides of at least {smallest}, not {input}");
        }

        int whitened = 2 * input[0] * whiteningKernel * whiteningKernel;
        int side = (input[1] - whiteningKernel + 1) >> widths.Length;
        return new Architecture(
            name,
            input,
            [
                normalize ?? OfCifar10(input[0]),
                new Frozen(new Conv2d(input[0], whitened, whiteningKernel), "weight"),
                new GELU(),
                .. widths.Select((width, i) => block(i == 0 ? whitened : widths[i - 1], width)),
                input[1] == input[2] ? new MaxPool2d(side) : new AdaptiveMaxPool2d(1),
                new Flatten(),
                new Linear(widths[^1], classes, Bias: false),
                new Scale(scale),
            ]);
    }

    private static Sequential AirbenchBlock(int inputs, int outputs) => new(
        Conv3(inputs, outputs), new MaxPool2d(2), Norm(outputs), new GELU(),
        Conv3(outputs, outputs), Norm(outputs), new GELU());

    private static Sequential AirbenchResidualBlock(int inputs, int outputs) => new(
        Conv3(inputs, outputs), new MaxPool2d(2), Norm(outputs, 0.1f), new GELU(),
        new Residual(new Sequential(
            Conv3(outputs, outputs), Norm(outputs, 0.1f), new GELU(),
            Conv3(outputs, outputs), Norm(outputs, 0.1f))),
        new GELU());

    private static Conv2d Conv3(int inputs, int outputs, int stride = 1) => new(inputs, outputs, KernelSize: 3, stride, Padding: 1, Bias: false);

    /// <summary>Without a scale that is trained, as activations follow that hardly tell scales apart.</summary>
    private static Frozen Norm(int channels, float momentum = 0.4f) => new(new BatchNorm2d(channels, Epsilon: 1e-12f, momentum), "weight");

    /// <summary>Images that are not in colour have the mean of both.</summary>
    private static Normalize OfCifar10(int channels) => channels == Cifar10Normalize.Mean.Count ? Cifar10Normalize : new Normalize(
        [.. Enumerable.Repeat(Cifar10Normalize.Mean.Average(), channels)], [.. Enumerable.Repeat(Cifar10Normalize.Deviation.Average(), channels)]);
}
