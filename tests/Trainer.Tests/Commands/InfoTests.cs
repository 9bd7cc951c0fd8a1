using System.Text.Json;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tests.Data;

namespace CifarFast.Trainer.Tests.Commands;

/// <summary>What <c>info</c> says of the machine and of what there is to work with.</summary>
public sealed class InfoTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public async Task Nothing_is_there_and_nothing_is_downloaded()
    {
        (Outcome outcome, JsonElement info) = await RunAsync([]);
        Assert.Contains(outcome.Lines, line => line.StartsWith("data      cifar10 is not found; it would be downloaded to ", StringComparison.Ordinal));
        Assert.Contains(outcome.Lines, line => line.StartsWith("runs      0 in ", StringComparison.Ordinal));
        Assert.Contains($"simd      {SimdTiers.Best.Name()} is used, the best there is; $CIFARFAST_SIMD is not set", outcome.Lines);
        Assert.False(info.GetProperty("data").GetProperty("is_found").GetBoolean());
        Assert.Equal("cache", info.GetProperty("data").GetProperty("source").GetString());
        Assert.Equal(Environment.ProcessorCount, info.GetProperty("machine").GetProperty("logical_processors").GetInt32());
        JsonElement[] peaks = [.. info.GetProperty("peaks").EnumerateArray()];
        Assert.Equal(SimdTiers.Supported.Select(tier => tier.Name()), peaks.Select(peak => peak.GetProperty("tier").GetString()));
        Assert.All(peaks, peak => Assert.True(peak.GetProperty("one_thread").GetDouble() > 0 && peak.GetProperty("all_threads").GetDouble() > 0));
        Assert.All(outcome.Lines.Where(line => !line.StartsWith("data ", StringComparison.Ordinal) && !line.StartsWith("runs ", StringComparison.Ordinal)), line => Assert.InRange(line.Length, 0, 80));
        Assert.Equal([_temporary.Below("info.json")], Directory.GetFileSystemEntries(_temporary.Path));
    }

    [Fact]
    public async Task It_alone_is_on_standard_output_where_it_is_wanted_there()
    {
        Outcome outcome = (await CifarfastProcess.RunAsync(_temporary.Path, [], "info", "--json", "-")).Succeeded();
        using var info = JsonDocument.Parse(outcome.Output);
        Assert.Equal(0, info.RootElement.GetProperty("runs").GetInt32());
        Assert.Empty(Directory.GetFileSystemEntries(_temporary.Path));
    }

    [Fact]
    public async Task Data_are_found_where_they_are_named()
    {
        string data = TinyCifar.WriteDirectory(Path.Combine(_temporary.Below("data"), TinyCifar.DirectoryName));
        Directory.CreateDirectory(_temporary.Below("runs/first"));
        await File.WriteAllTextAsync(_temporary.Below("runs/first/config.json"), "{}", TestContext.Current.CancellationToken);
        (Outcome outcome, JsonElement info) = await RunAsync(new() { ["CIFARFAST_DATA"] = _temporary.Below("data") });
        Assert.Contains($"data      cifar10 in {data} (CIFARFAST_DATA)", outcome.Lines);
        Assert.True(info.GetProperty("data").GetProperty("is_found").GetBoolean());
        Assert.Equal(1, info.GetProperty("runs").GetInt32());
        Assert.Contains($"data      cifar10 in {data} (--data)", (await RunAsync([], "--data", data)).Outcome.Lines);

        string batch = Path.Combine(data, "data_batch_3.bin");
        await File.WriteAllBytesAsync(batch, new byte[100], TestContext.Current.CancellationToken);
        Assert.Contains(
            $"data      cifar10 cannot be read (--data): {batch} is 100 bytes long, which makes no whole images of CIFAR-10", (await RunAsync([], "--data", data)).Outcome.Lines);
        File.Delete(batch);
        Assert.Contains($"data      cifar10 cannot be read (--data): {batch} is missing", (await RunAsync([], "--data", data)).Outcome.Lines);
        string nowhere = _temporary.Below("nowhere");
        Assert.Contains(
            $"data      no data set (--data): {nowhere} does not exist: expected the directory or the archive of a data set",
            (await RunAsync([], "--data", nowhere)).Outcome.Lines);
    }

    [Fact]
    public async Task Each_set_is_called_by_its_name()
    {
        string cifar = TinyCifar.WriteDirectory(_temporary.Below("c"), TinyCifar100.Files());
        string digits = TinyCifar.WriteDirectory(_temporary.Below("m"), TinyIdx.Compressed(TinyIdx.Files()));
        string pictures = _temporary.Below("p");
        foreach (string name in new[] { "cats", "dogs" })
        {
            string picture = Path.Combine(Directory.CreateDirectory(Path.Combine(pictures, name)).FullName, "1.png");
            await File.WriteAllBytesAsync(picture, [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A], TestContext.Current.CancellationToken);
        }

        Assert.Contains($"data      cifar100 in {cifar} (--data)", (await RunAsync([], "--data", cifar)).Outcome.Lines);
        Assert.Contains($"data      mnist in {digits} (--data)", (await RunAsync([], "--data", digits)).Outcome.Lines);
        (Outcome outcome, JsonElement info) = await RunAsync([], "--data", pictures);
        Assert.Contains($"data      folder in {pictures} (--data)", outcome.Lines);
        Assert.Equal("folder", info.GetProperty("data").GetProperty("kind").GetString());
    }

    [Fact]
    public async Task A_machine_of_one_processor_has_one_column()
    {
        (Outcome outcome, JsonElement info) = await RunAsync(new() { ["DOTNET_PROCESSOR_COUNT"] = "1" });
        Assert.Contains("peak      GFLOP/s       1 thread", outcome.Lines);
        Assert.Contains(outcome.Lines, line => line.StartsWith("          1 logical processor, ", StringComparison.Ordinal));
        Assert.All(info.GetProperty("peaks").EnumerateArray(), peak => Assert.Equal(peak.GetProperty("one_thread").GetDouble(), peak.GetProperty("all_threads").GetDouble()));
    }

    [Fact]
    public async Task The_environment_chooses_instructions()
    {
        (Outcome outcome, JsonElement info) = await RunAsync(new() { ["CIFARFAST_SIMD"] = "scalar" });
        Assert.Contains("simd      scalar is used, as $CIFARFAST_SIMD says", outcome.Lines);
        Assert.Equal("scalar", info.GetProperty("simd").GetString());

        (outcome, info) = await RunAsync(new() { ["CIFARFAST_SIMD"] = "sse9" });
        Assert.Contains(outcome.Lines, line => line.StartsWith("simd      CIFARFAST_SIMD: unknown tier 'sse9'", StringComparison.Ordinal));
        Assert.Equal(JsonValueKind.Null, info.GetProperty("simd").ValueKind);
        Assert.Equal("sse9", info.GetProperty("simd_of_environment").GetString());
    }

    private async Task<(Outcome Outcome, JsonElement Info)> RunAsync(Dictionary<string, string> environment, params string[] options)
    {
        string json = _temporary.Below("info.json");
        Outcome outcome = (await CifarfastProcess.RunAsync(_temporary.Path, environment, ["info", "--json", json, .. options])).Succeeded();
        using var document = JsonDocument.Parse(await File.ReadAllBytesAsync(json, TestContext.Current.CancellationToken));
        return (outcome, document.RootElement.Clone());
    }
}
