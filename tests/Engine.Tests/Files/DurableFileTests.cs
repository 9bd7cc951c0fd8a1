using CifarFast.Engine.Files;
using CifarFast.Engine.Tests.Data;

namespace CifarFast.Engine.Tests.Files;

public sealed class DurableFileTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();
    private readonly string _path;

    public DurableFileTests() => _path = _temporary.Below("file");

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void A_file_is_replaced_whole()
    {
        Write(1, 2, 3);
        Write(4);
        Assert.Equal([4], File.ReadAllBytes(_path));
        Assert.Equal([_path], Directory.GetFiles(_temporary.Path));
    }

    [Fact]
    public void The_version_before_can_be_kept()
    {
        string previous = _temporary.Below("previous");
        foreach (byte version in new byte[] { 1, 2, 3 })
        {
            DurableFile.Write(_path, file => file.WriteByte(version), previous);
        }

        Assert.Equal([3], File.ReadAllBytes(_path));
        Assert.Equal([2], File.ReadAllBytes(previous));
    }

    [Fact]
    public void A_write_that_fails_half_way_leaves_the_version_before_and_nothing_else()
    {
        Write(1, 2, 3);
        string previous = _temporary.Below("previous");
        Assert.Throws<IOException>(() => DurableFile.Write(
            _path,
            file =>
            {
                file.Write(new byte[100_000]);
                throw new IOException("no space left on device");
            },
            previous));

        Assert.Equal([1, 2, 3], File.ReadAllBytes(_path));
        Assert.Equal([_path], Directory.GetFiles(_temporary.Path));
    }

    [Fact]
    public void What_another_is_writing_is_not_deleted()
    {
        DurableFile.Write(_path, file =>
        {
            file.Write("theirs"u8);
            Assert.Throws<IOException>(() => DurableFile.Write(_path, other => other.Write("ours"u8)));
        });

        Assert.Equal("theirs"u8.ToArray(), File.ReadAllBytes(_path));
    }

    [Fact]
    public void What_a_crash_left_behind_is_no_hindrance()
    {
        File.WriteAllBytes(_path + DurableFile.TemporarySuffix, new byte[1000]);
        Write(5);
        Assert.Equal([5], File.ReadAllBytes(_path));
        Assert.Equal([_path], Directory.GetFiles(_temporary.Path));
    }

    [Fact]
    public void The_name_is_not_taken_before_all_is_written()
    {
        Write(1);
        DurableFile.Write(_path, file =>
        {
            file.WriteByte(2);
            file.Flush();
            Assert.Equal([1], File.ReadAllBytes(_path));
        });
        Assert.Equal([2], File.ReadAllBytes(_path));
    }

    [Fact]
    public void A_limit_of_file_sizes_is_trouble_like_any_other()
    {
        // So .NET reports EFBIG.
        Write(1, 2, 3);
        IOException error = Assert.Throws<IOException>(() => DurableFile.Write(_path, _ => throw new ArgumentOutOfRangeException("value")));
        Assert.Contains($"'{_path}'", error.Message);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(_path));
        Assert.Equal([_path], Directory.GetFiles(_temporary.Path));
    }

    [Fact]
    public void A_file_that_is_there_can_grow()
    {
        Write(1, 2, 3);
        DurableFile.Append(_path, [4, 5]);
        Assert.Equal([1, 2, 3, 4, 5], File.ReadAllBytes(_path));
        Assert.Throws<FileNotFoundException>(() => DurableFile.Append(_temporary.Below("other"), [1]));
    }

    private void Write(params byte[] content) => DurableFile.Write(_path, file => file.Write(content));
}
