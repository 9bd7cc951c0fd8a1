namespace CifarFast.Trainer.Runs;

/// <summary>How a picture of any proportions becomes a square.</summary>
internal enum PictureFit
{
    /// <summary>Its middle is cut out.</summary>
    Crop,

    /// <summary>All of it is kept, between two black bars.</summary>
    Letterbox,
}
