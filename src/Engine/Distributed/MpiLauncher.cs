using System.Globalization;

namespace CifarFast.Engine.Distributed;

/// <summary>What started this process as one of several, as it says in the environment.</summary>
/// <param name="Name">Its name, for a person.</param>
/// <param name="IsOpenMpi">Whether it is Open MPI's, MPICH's (with those derived from it, and Slurm's PMI), or, where this is null, either.</param>
/// <param name="Rank">The number of this process.</param>
/// <param name="Size">How many processes there are; 0 where it does not say.</param>
internal sealed record MpiLauncher(string Name, bool? IsOpenMpi, int Rank, int Size)
{
    /// <summary>The launcher that <paramref name="variable"/>, the environment, tells of, or null.</summary>
    public static MpiLauncher? Find(Func<string, string?> variable)
    {
        int? Number(string name) => int.TryParse(variable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null;

        return Number("OMPI_COMM_WORLD_RANK") is int ofOpenMpi ? new MpiLauncher("Open MPI", IsOpenMpi: true, ofOpenMpi, Number("OMPI_COMM_WORLD_SIZE") ?? 0)
            : Number("PMI_RANK") is int ofPmi ? new MpiLauncher("MPICH", IsOpenMpi: false, ofPmi, Number("PMI_SIZE") ?? 0)
            : Number("PMIX_RANK") is int ofPmix ? new MpiLauncher("PMIx", IsOpenMpi: null, ofPmix, Size: 0)
            : null;
    }
}
