namespace CifarFast.Trainer.Tests.Commands;

/// <summary>What a run was at when it was killed, as far as its folder tells.</summary>
internal enum KillPhase
{
    BeforeFirstCheckpoint,
    TakingUp,
    Training,
    WritingFile,
    BetweenRenames,
    Evaluating,
    AfterEpoch,
    Finishing,
}
