namespace CifarFast.Trainer.Runs;

/// <summary>Why something failed, as a sentence that others can follow: only some of the system's messages end with a full stop.</summary>
internal static class Reason
{
    /// <summary>The sentence.</summary>
    public static string Of(Exception error) => error.Message.EndsWith('.') ? error.Message : $"{error.Message}.";
}
