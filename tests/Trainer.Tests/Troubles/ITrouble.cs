namespace CifarFast.Trainer.Tests.Troubles;

/// <summary>Something that keeps a run from writing its files, for as long as a test wants it.</summary>
internal interface ITrouble : IDisposable
{
    /// <summary>The folder of the run that is in trouble.</summary>
    string Run { get; }

    /// <summary>From now on no checkpoint can be written. The run waits meanwhile.</summary>
    void Begin();

    /// <summary>All is well again.</summary>
    void End();
}
