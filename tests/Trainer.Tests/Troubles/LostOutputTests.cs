using System.Diagnostics;
using CifarFast.Engine.Tests.Data;

namespace CifarFast.Trainer.Tests.Troubles;

/// <summary>What a run says can be lost, the run cannot.</summary>
public sealed class LostOutputTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void A_writer_that_fails_is_told_of_once()
    {
        var failures = new List<Exception>();
        using var writer = new SteadyWriter(new FailingWriter(), failures.Add);
        writer.Write('a');
        writer.Write("text");
        writer.WriteLine("line");
        writer.Write(['a', 'b'], 0, 2);
        writer.Write("span".AsSpan());
        writer.Flush();
        Assert.IsType<IOException>(Assert.Single(failures));
    }

    [Fact]
    public void A_writer_that_works_gets_all()
    {
        using var inner = new StringWriter();
        using var writer = new SteadyWriter(inner, error => Assert.Fail(error.Message)) { NewLine = "\n" };
        writer.Write('a');
        writer.Write("b");
        writer.WriteLine("c");
        writer.Write(['d', 'e'], 1, 1);
        writer.WriteLine();
        Assert.Equal("abc\ne\n", inner.ToString());
    }

    [Fact]
    public async Task A_log_on_a_full_disk_ends_no_run()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "this system has no /dev/full");
        string data = TinyCifar.WriteDirectory(_temporary.Below("data"));
        string program = Path.Combine(AppContext.BaseDirectory, "cifarfast.dll");
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var start = new ProcessStartInfo("bash", ["-c", "exec \"$0\" \"$@\" > /dev/full", dotnet, program, "train", "--data", data, "--epochs", "1", "--out", "run"])
        {
            WorkingDirectory = _temporary.Path,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        Assert.StartsWith("cifarfast: WARNING: standard output cannot be written to: ", error);
        Assert.Single(error, '\n');
        Assert.Equal("completed", Summary.Load(_temporary.Below("run")).Text("status"));
    }

    /// <summary>As the console's writer is once its terminal is gone.</summary>
    private sealed class FailingWriter : TextWriter
    {
        public override System.Text.Encoding Encoding => System.Text.Encoding.UTF8;

        public override void Write(char value) => throw new IOException("Input/output error");

        public override void Flush() => throw new IOException("Input/output error");
    }
}
