namespace CifarFast.Engine.Data;

/// <summary>What is done about classes that have fewer training images than others.</summary>
public enum ClassBalance
{
    /// <summary>Nothing: each image counts alike.</summary>
    None,

    /// <summary>The fewer images a class has, the more each of them weighs in the loss, so that all classes weigh the same in an epoch.</summary>
    Weights,

    /// <summary>Each epoch draws as many images as there are, every class equally often: some images twice and more, others not at all.</summary>
    Sampling,
}
