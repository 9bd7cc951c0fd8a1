namespace CifarFast.Engine.Evaluation;

/// <summary>
/// What a network is shown of each image when it classifies: several views, whose logits are averaged. It costs as many forward passes as there are
/// views, so a figure measured with it says so, beside the plain one (Jordan 2024, "94% on CIFAR-10 in 3.29 Seconds on a Single GPU", section 3.5).
/// </summary>
public enum TestTimeAugmentation
{
    /// <summary>The image as it is.</summary>
    None,

    /// <summary>Two views: the image and its mirror image, left to right.</summary>
    Mirror,

    /// <summary>
    /// Six views: the image, the image moved by a pixel up and to the left, and by a pixel down and to the right, each with its mirror image. What comes
    /// in at an edge is reflected. The unmoved ones weigh as much as the four others together. Images must be at least two pixels high and wide.
    /// </summary>
    MirrorAndShifts,

    /// <summary>
    /// Three views, those of <see cref="MirrorAndShifts"/> without mirror images: for digits, say, which mirrored are none. The unmoved one weighs as
    /// much as the two others together.
    /// </summary>
    Shifts,
}
