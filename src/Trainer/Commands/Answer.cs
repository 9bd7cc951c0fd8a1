namespace CifarFast.Trainer.Commands;

/// <summary>What a question is answered with.</summary>
internal enum Answer
{
    /// <summary>It is so.</summary>
    Yes,

    /// <summary>It is not.</summary>
    No,
}
