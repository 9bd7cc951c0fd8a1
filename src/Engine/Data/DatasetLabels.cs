namespace CifarFast.Engine.Data;

/// <summary>Which labels of a set that has two of each image: CIFAR-100.</summary>
public enum DatasetLabels
{
    /// <summary>The classes; of CIFAR-100 there are 100.</summary>
    Fine,

    /// <summary>The groups of classes; of CIFAR-100 there are 20, of five classes each.</summary>
    Coarse,
}
