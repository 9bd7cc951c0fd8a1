namespace CifarFast.Trainer.Reports;

/// <summary>Where on the page a picture stands.</summary>
internal enum PageSection
{
    /// <summary>How the figures went.</summary>
    Curves,

    /// <summary>What the network says of images.</summary>
    Predictions,

    /// <summary>What the network was trained on.</summary>
    Training,

    /// <summary>What the network looks for.</summary>
    Filters,
}
