using CifarFast.Engine.Tests.Data;

namespace CifarFast.Trainer.Tests.Troubles;

/// <summary>A machine on which the library that draws cannot be loaded.</summary>
public sealed class MissingLibraryTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    public MissingLibraryTests()
    {
        // The program as it is, but for its native libraries.
        foreach (string file in Directory.GetFiles(AppContext.BaseDirectory).Where(file => Path.GetExtension(file) is ".dll" or ".json"))
        {
            File.Copy(file, _temporary.Below(Path.GetFileName(file)));
        }
    }

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public async Task Costs_the_pictures_and_not_the_run()
    {
        string data = TinyCifar.WriteDirectory(_temporary.Below("data"));
        (await RunAsync("train", "--data", data, "--epochs", "1", "--out", "run")).EndedWith(
            ExitCode.Failure, "the report could not be drawn: ", "libSkiaSharp", "But the run is complete and saved; to draw its report: ", " report run");
        Assert.Equal("completed", Summary.Load(_temporary.Below("run")).Text("status"));

        (await RunAsync("report", "run")).EndedWith(ExitCode.Failure, "pictures can be neither read nor drawn here: ", "libSkiaSharp");
        (await RunAsync("compare", "run")).EndedWith(ExitCode.Failure, "pictures can be neither read nor drawn here: ", "libSkiaSharp");
        (await RunAsync("predict", "--checkpoint", "run", Path.Combine("data", "batches.meta.txt"))).EndedWith(
            ExitCode.Failure, "pictures can be neither read nor drawn here: ", "libSkiaSharp");
        (await RunAsync("eval", "--checkpoint", "run")).Succeeded();
    }

    private Task<Outcome> RunAsync(params string[] args) => CifarfastProcess.RunAsync(_temporary.Path, _temporary.Below("cifarfast.dll"), args);
}
