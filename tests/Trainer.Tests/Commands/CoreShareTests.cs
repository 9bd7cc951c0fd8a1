using CifarFast.Trainer.Commands;

namespace CifarFast.Trainer.Tests.Commands;

/// <summary>How the processes of a machine share its cores.</summary>
public class CoreShareTests
{
    [Theory]
    [InlineData(0, 2, 8, 8, 8, 4)]
    [InlineData(0, 3, 8, 8, 8, 3)]
    [InlineData(2, 3, 8, 8, 8, 2)]
    [InlineData(3, 4, 2, 2, 2, 1)]
    [InlineData(0, 2, 8, null, null, 4)]
    [InlineData(0, 2, 2, 64, 64, 1)] // A limit of processor time, not a mask.
    public void Cores_are_shared_evenly(int rank, int size, int usable, int? own, int? launcher, int threads) =>
        Assert.Equal((threads, null), (CoreShare.Of(rank, size, usable, own, launcher).Threads, CoreShare.Of(rank, size, usable, own, launcher).Bound));

    [Theory]
    [InlineData(0, 2, 1, 1, 8, 1, 1, 4)] // Open MPI binds each of two processes to a core.
    [InlineData(0, 4, 8, 8, 16, 4, null, 4)] // And more of them to a socket, which several have.
    [InlineData(1, 2, 1, 1, 2, 1, null, 1)]
    public void A_process_takes_no_more_than_it_is_bound_to(int rank, int size, int usable, int own, int launcher, int threads, int? bound, int fair) =>
        Assert.Equal(new CoreShare(threads, bound, fair), CoreShare.Of(rank, size, usable, own, launcher));

    [Theory]
    [InlineData("0", 1)]
    [InlineData("0-3", 4)]
    [InlineData("0-3,8,10-11", 7)]
    public void Lists_of_processors_are_counted(string list, int count) => Assert.Equal(count, CoreShare.Count(list));
}
