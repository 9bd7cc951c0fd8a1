using CifarFast.Engine.Files;
using CifarFast.Engine.Tests.Data;

namespace CifarFast.Engine.Tests.Files;

public sealed class FileLockTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void One_at_a_time_has_it()
    {
        string path = _temporary.Below("lock");
        using (IDisposable? mine = FileLock.TryTake(path))
        {
            Assert.NotNull(mine);
            Assert.Null(FileLock.TryTake(path));
        }

        using IDisposable? next = FileLock.TryTake(path);
        Assert.NotNull(next);
    }

    [Fact]
    public void A_directory_that_is_not_there_is_an_error_and_no_lock_of_another() =>
        Assert.Throws<DirectoryNotFoundException>(() => FileLock.TryTake(_temporary.Below("nowhere", "lock")));
}
