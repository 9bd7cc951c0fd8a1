namespace CifarFast.Trainer.Reports;

/// <summary>A picture, drawn.</summary>
/// <param name="Picture">What it is.</param>
/// <param name="Light">The PNG for paper and bright screens.</param>
/// <param name="Dark">The PNG for dark screens, or null where the page does not have the picture.</param>
internal sealed record Drawing(Picture Picture, byte[] Light, byte[]? Dark);
