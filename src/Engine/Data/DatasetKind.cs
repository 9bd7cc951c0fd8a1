namespace CifarFast.Engine.Data;

/// <summary>The data sets a run can ask for.</summary>
public enum DatasetKind
{
    /// <summary>CIFAR-10 where it can be had, else the synthetic set.</summary>
    Auto,

    /// <summary>CIFAR-10 or an error.</summary>
    Cifar10,

    /// <summary>The built-in drawn images.</summary>
    Synthetic,
}
