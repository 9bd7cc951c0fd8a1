namespace CifarFast.Trainer.Commands;

/// <summary>How a run is shared among processes.</summary>
internal enum DistributedKind
{
    /// <summary>Among those that an MPI launcher started, where one did.</summary>
    Auto,

    /// <summary>Not at all.</summary>
    Off,

    /// <summary>Among those that MPI knows of.</summary>
    Mpi,
}
