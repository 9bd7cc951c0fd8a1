namespace CifarFast.Engine.Data;

/// <summary>A data set in the four IDX files of MNIST: images of one channel and their labels, of ten classes.</summary>
internal sealed record IdxFormat
{
    /// <summary>Handwritten digits.</summary>
    public static IdxFormat Mnist { get; } = new()
    {
        Kind = DatasetKind.Mnist,
        Title = "MNIST",
        Address = "https://storage.googleapis.com/cvdf-datasets/mnist",
        ClassNames = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
        MirrorKeepsClasses = false,
        TrainLabels = "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        TestLabels = "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    };

    /// <summary>Clothes (Xiao, Rasul and Vollgraf 2017, "Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning Algorithms").</summary>
    public static IdxFormat FashionMnist { get; } = new()
    {
        Kind = DatasetKind.FashionMnist,
        Title = "Fashion-MNIST",
        Address = "https://github.com/zalandoresearch/fashion-mnist",
        ClassNames = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"],
        MirrorKeepsClasses = true,
        TrainLabels = "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        TestLabels = "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    };

    public required DatasetKind Kind { get; init; }

    /// <summary>The name of the set as people write it.</summary>
    public required string Title { get; init; }

    /// <summary>Where to get its files.</summary>
    public required string Address { get; init; }

    public required IReadOnlyList<string> ClassNames { get; init; }

    public required bool MirrorKeepsClasses { get; init; }

    /// <summary>The SHA-256 of the official training labels' file, not compressed, in hexadecimal digits.</summary>
    public required string TrainLabels { get; init; }

    /// <summary>The same of the test labels' file.</summary>
    public required string TestLabels { get; init; }

    /// <summary>The format of a set, or null where it has no IDX files.</summary>
    public static IdxFormat? Find(DatasetKind kind) => kind switch
    {
        DatasetKind.Mnist => Mnist,
        DatasetKind.FashionMnist => FashionMnist,
        _ => null,
    };
}
