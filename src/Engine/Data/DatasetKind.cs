namespace CifarFast.Engine.Data;

/// <summary>The data sets a run can ask for.</summary>
public enum DatasetKind
{
    /// <summary>Whatever the place that is named holds; where none is, CIFAR-10 where it can be had, else the synthetic set.</summary>
    Auto,

    /// <summary>CIFAR-10 or an error.</summary>
    Cifar10,

    /// <summary>CIFAR-100 or an error.</summary>
    Cifar100,

    /// <summary>Handwritten digits in IDX files, as those of MNIST, or an error.</summary>
    Mnist,

    /// <summary>Clothes in IDX files, as those of Fashion-MNIST, or an error.</summary>
    FashionMnist,

    /// <summary>Pictures in a folder a class, or an error. The engine reads no picture formats: whoever does makes an <see cref="ImageDataset"/> of them.</summary>
    Folder,

    /// <summary>The built-in drawn images.</summary>
    Synthetic,
}
