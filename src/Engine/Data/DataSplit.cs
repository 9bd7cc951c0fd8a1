namespace CifarFast.Engine.Data;

/// <summary>A split of a data set.</summary>
public enum DataSplit
{
    /// <summary>The images kept aside to measure with.</summary>
    Test,

    /// <summary>The images to learn from.</summary>
    Train,
}
