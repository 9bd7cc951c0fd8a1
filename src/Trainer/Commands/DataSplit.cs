namespace CifarFast.Trainer.Commands;

/// <summary>A half of a data set.</summary>
internal enum DataSplit
{
    /// <summary>The images kept aside to measure with.</summary>
    Test,

    /// <summary>The images learnt from.</summary>
    Train,
}
