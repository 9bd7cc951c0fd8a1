using CifarFast.Engine.Distributed;

namespace CifarFast.Engine.Tests.Distributed;

/// <summary>What environments tell of launchers.</summary>
public class MpiLauncherTests
{
    [Theory]
    [InlineData("OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_SIZE=3 PMIX_RANK=1", "Open MPI", true, 1, 3)]
    [InlineData("PMI_RANK=0 PMI_SIZE=2", "MPICH", false, 0, 2)]
    [InlineData("PMIX_RANK=4", "PMIx", null, 4, 0)]
    public void A_launcher_is_recognised(string environment, string name, bool? isOpenMpi, int rank, int size) =>
        Assert.Equal(new MpiLauncher(name, isOpenMpi, rank, size), MpiLauncher.Find(In(environment)));

    [Theory]
    [InlineData("HOME=/root")]
    [InlineData("PMI_RANK=")]
    [InlineData("OMPI_COMM_WORLD_RANK=first")]
    public void Where_there_is_none_a_process_is_alone(string environment) => Assert.Null(MpiLauncher.Find(In(environment)));

    private static Func<string, string?> In(string environment)
    {
        var variables = environment.Split(' ').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        return variables.GetValueOrDefault;
    }
}
