using System.Diagnostics;
using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Tests.Data;

namespace CifarFast.Engine.Tests.Checkpoints;

/// <summary>What stands where a checkpoint should be, and is none that could be read.</summary>
public sealed class UnreadableFileTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Reads_a_file_and_through_a_link()
    {
        string path = _temporary.Below("run.safetensors");
        File.WriteAllBytes(path, TinyRun.File());
        Assert.Equal(155, Checkpoint.Read(path).State.Step);
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a right on Windows");
        File.CreateSymbolicLink(_temporary.Below("link"), path);
        File.CreateSymbolicLink(_temporary.Below("second"), "link");
        Assert.Equal(155, Checkpoint.Read(_temporary.Below("second")).State.Step);
    }

    [Fact]
    public void Says_that_there_is_none()
    {
        AssertRefused(_temporary.Below("nothing"), "does not exist");
        AssertRefused(_temporary.Below("no", "directory", "either"), "does not exist");
    }

    [Fact]
    public void Says_of_a_directory_that_it_is_one() => AssertRefused(_temporary.Path, "is a directory, expected a file");

    [Fact]
    public void Says_of_a_path_through_a_file_what_the_system_says()
    {
        File.WriteAllBytes(_temporary.Below("file"), TinyRun.File());
        AssertRefused(_temporary.Below("file", "below"), "");
    }

    [Fact]
    public void Says_of_an_empty_file_that_it_is_empty()
    {
        File.WriteAllBytes(_temporary.Below("empty"), []);
        AssertRefused(_temporary.Below("empty"), "it is empty");
    }

    [Fact]
    public void Says_of_a_file_of_few_bytes_that_it_is_too_short()
    {
        File.WriteAllBytes(_temporary.Below("short"), [1, 2, 3]);
        AssertRefused(_temporary.Below("short"), "3 bytes long, too short");
    }

    [Fact]
    public void Says_of_links_to_nowhere_and_of_circles_that_there_is_no_file()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a right on Windows");
        File.CreateSymbolicLink(_temporary.Below("broken"), "nothing");
        AssertRefused(_temporary.Below("broken"), "does not exist");
        File.CreateSymbolicLink(_temporary.Below("one"), "two");
        File.CreateSymbolicLink(_temporary.Below("two"), "one");
        AssertRefused(_temporary.Below("one"), "cannot be read");
        Directory.CreateDirectory(_temporary.Below("directory"));
        File.CreateSymbolicLink(_temporary.Below("link"), "directory");
        AssertRefused(_temporary.Below("link"), "is a directory");
    }

    [Fact]
    public void Says_of_a_file_that_may_not_be_read_that_it_cannot_be()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "whoever runs this may read everything");
        string path = _temporary.Below("secret");
        File.WriteAllBytes(path, TinyRun.File());
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.None);
        }

        AssertRefused(path, "cannot be read");
    }

    /// <summary>Opening a pipe would wait for a writer, and a device has no end.</summary>
    [Fact(Timeout = Hang.Milliseconds)]
    public Task Waits_for_no_pipe_and_reads_no_device() => Task.Run(
        () =>
        {
            Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no named pipes among the files of Windows");
            string pipe = _temporary.Below("pipe");
            using (Process process = Process.Start("mkfifo", [pipe]))
            {
                process.WaitForExit();
                Assert.Equal(0, process.ExitCode);
            }

            AssertRefused(pipe, "a pipe");
            File.CreateSymbolicLink(_temporary.Below("link"), pipe);
            AssertRefused(_temporary.Below("link"), "a pipe");
            AssertRefused("/dev/zero", "a device");
        },
        TestContext.Current.CancellationToken);

    private static void AssertRefused(string path, string expected)
    {
        string message = Assert.Throws<CheckpointException>(() => Checkpoint.Read(path)).Message;
        Assert.StartsWith(path, message);
        Assert.Contains(expected, message);
        Assert.DoesNotContain(message, char.IsControl);
    }
}
