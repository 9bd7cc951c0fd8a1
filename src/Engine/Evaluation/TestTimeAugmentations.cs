namespace CifarFast.Engine.Evaluation;

/// <summary>What can be made of a <see cref="TestTimeAugmentation"/>.</summary>
public static class TestTimeAugmentations
{
    /// <summary>The same without mirror images, for images whose mirror images are of other classes.</summary>
    public static TestTimeAugmentation WithoutMirror(this TestTimeAugmentation augmentation) => augmentation switch
    {
        TestTimeAugmentation.Mirror => TestTimeAugmentation.None,
        TestTimeAugmentation.MirrorAndShifts => TestTimeAugmentation.Shifts,
        _ => augmentation,
    };
}
