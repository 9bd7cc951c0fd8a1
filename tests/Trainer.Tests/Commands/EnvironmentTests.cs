using CifarFast.Engine.Tests.Data;

namespace CifarFast.Trainer.Tests.Commands;

/// <summary>What the program takes from its surroundings, in processes of its own: variables, cache, network.</summary>
public sealed class EnvironmentTests : IDisposable
{
    // The discard service, which does not run: a connection is refused at once.
    private const string Unreachable = "http://127.0.0.1:9/x";

    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public async Task Without_data_and_network_it_says_so_and_trains_on_drawn_images()
    {
        Outcome outcome = await RunAsync([], "--mirror", Unreachable, "--limit-train", "64", "--limit-test", "16");
        outcome.EndedWith(
            ExitCode.Success, "WARNING: CIFAR-10 is not in", Unreachable, "give its directory or archive with --data or CIFARFAST_DATA", "Drawn images stand in");
        Assert.StartsWith("data      synthetic", outcome.Lines[1]);
        Assert.Equal("synthetic", Summary.Load(_temporary.Below("run")).Text("dataset"));
    }

    [Fact]
    public async Task Without_data_and_network_CIFAR_10_is_an_error_where_it_was_asked_for()
    {
        Outcome outcome = await RunAsync([], "--mirror", Unreachable, "--dataset", "cifar10");
        outcome.EndedWith(
            ExitCode.Failure, "CIFAR-10 is not in", Unreachable, "give its directory or archive with --data or CIFARFAST_DATA");
        Assert.Equal("", outcome.Output);
        Assert.False(Directory.Exists(_temporary.Below("run")));
    }

    [Fact]
    public async Task Pictures_of_ones_own_are_an_error_where_nothing_names_them()
    {
        Outcome outcome = await RunAsync([], "--dataset", "folder");
        outcome.EndedWith(ExitCode.Failure, "--dataset folder is not downloaded: give the directory of the pictures with --data");
        Assert.False(Directory.Exists(_temporary.Below("run")));
    }

    [Fact]
    public async Task The_environment_names_data_and_tier()
    {
        string data = TinyCifar.WriteDirectory(_temporary.Below("data"));
        Outcome outcome = await RunAsync(new() { ["CIFARFAST_DATA"] = data, ["CIFARFAST_SIMD"] = "scalar" });
        outcome.Succeeded();
        Assert.Equal($"data      cifar10, {data}", outcome.Lines[1]);
        Assert.Equal("scalar", Summary.Load(_temporary.Below("run")).Text("simd"));
    }

    [Fact]
    public async Task The_environment_names_data_that_is_not_there()
    {
        string data = _temporary.Below("nowhere");
        Outcome outcome = await RunAsync(new() { ["CIFARFAST_DATA"] = data });
        outcome.EndedWith(ExitCode.Failure, $"CIFARFAST_DATA: {data} does not exist");
    }

    /// <summary>The runtime's own limit stands for that of a container, which it takes for the memory of the machine.</summary>
    [Fact]
    public async Task Where_there_is_too_little_memory_the_batch_that_would_fit_is_named_before_images_are_loaded()
    {
        string archive = _temporary.Below("nothing.tar.gz");
        await File.WriteAllBytesAsync(archive, [], TestContext.Current.CancellationToken);
        Outcome outcome = await RunAsync(
            new() { ["CIFARFAST_DATA"] = archive, ["DOTNET_GCHeapHardLimit"] = "0x20000000" }, "--batch-size", "16384");
        outcome.EndedWith(ExitCode.Failure, "batches of 16384 take about", "and there are 537 MB; --batch-size ", " would fit");
        Assert.DoesNotContain("nothing", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NO_COLOR", "1")]
    [InlineData("GITHUB_ACTIONS", "true")]
    public async Task Redirected_output_holds_no_escape_sequences(string variable, string value)
    {
        // Continuous integration is where colours are switched on without a terminal.
        string data = TinyCifar.WriteDirectory(_temporary.Below("data"));
        Outcome outcome = await RunAsync(new() { ["TERM"] = "xterm-256color", [variable] = value }, "--data", data);
        outcome.Succeeded();
        Assert.Contains("epoch 1/1 done", outcome.Output);
        Assert.DoesNotContain('\e', outcome.Output);
    }

    private Task<Outcome> RunAsync(Dictionary<string, string> environment, params string[] options) =>
        CifarfastProcess.RunAsync(_temporary.Path, environment, ["train", "--no-report", "--epochs", "1", "--out", "run", .. options]);
}
