namespace CifarFast.Trainer.Images;

/// <summary>What is known of a file among pictures.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Hash">The hash of its pixels, where it was decoded.</param>
/// <param name="Message">What it is, or what is wrong with it, where it was not.</param>
internal readonly record struct PictureRecord(PictureOutcome Outcome, UInt128 Hash, string Message)
{
    /// <summary>Whether it may be otherwise next time although the file is the same: it could not be opened, say.</summary>
    public bool IsPassing { get; init; }
}
