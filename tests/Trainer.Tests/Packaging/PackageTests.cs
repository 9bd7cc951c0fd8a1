using System.Text.RegularExpressions;
using CifarFast.Engine.Tests.Data;
using CifarFast.Trainer.Tests.Commands;

namespace CifarFast.Trainer.Tests.Packaging;

/// <summary>What others get: the engine as a package, and the trainer as a tool.</summary>
public sealed partial class PackageTests(TrainedRun run) : IClassFixture<TrainedRun>, IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public async Task The_samples_of_the_engine_s_page_work_in_a_project_outside()
    {
        await PackAsync("Engine");
        string page = await File.ReadAllTextAsync(Path.Combine(Dotnet.Root, "src", "Engine", "README.md"), TestContext.Current.CancellationToken);
        string[] samples = [.. CodeBlock().Matches(page).Select(match => match.Groups["code"].Value)];
        Assert.Equal(4, samples.Length);
        string version = PackageVersion("CifarFast.Engine");
        File.WriteAllText(_temporary.Below("nuget.config"), """
            <configuration>
              <packageSources>
                <add key="here" value="feed" />
              </packageSources>
            </configuration>
            """);
        string project = $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <EnableDefaultCompileItems>false</EnableDefaultCompileItems>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="CifarFast.Engine" Version="{version}" />
                <Compile Include="$(Sample)" />
              </ItemGroup>
            </Project>
            """;
        File.WriteAllText(_temporary.Below("outside.csproj"), project);
        for (int i = 0; i < samples.Length; i++)
        {
            File.WriteAllText(_temporary.Below($"Sample{i}.cs"), samples[i]);
        }

        string[] classified = await RunSampleAsync(0, Path.Combine(run.Directory, "checkpoints", "best.safetensors"), Path.Combine(run.Data, "data_batch_1.bin"));
        Assert.Equal(3, classified.Length);
        Assert.All(classified, line => Assert.Matches(@"^[a-z]+ [01]\.\d{4}$", line));

        string[] trained = await RunSampleAsync(1);
        Assert.Equal(3, trained.Length);
        Assert.All(trained, line => Assert.Matches(@"^epoch [123]: train loss \d\.\d{4}, test loss \d\.\d{4}, test accuracy 0\.\d{4}$", line));
        string weights = _temporary.Below("small-resnet.safetensors");
        Outcome outcome = Cifarfast.Run("eval", weights, "--data", run.Data).Succeeded();
        Assert.Equal($"model     {weights}, small-resnet", outcome.Lines[0]);

        string[] loaded = await RunSampleAsync(2, weights);
        Assert.StartsWith("0.weight 16×3×3×3 ", loaded[0]);
        Cifarfast.Run("eval", _temporary.Below("copy.safetensors"), "--data", run.Data).Succeeded();

        string[] session = await RunSampleAsync(3);
        Assert.Equal(4, session.Length);
        Assert.Equal("Completed after 189 steps", session[^1]);
        Cifarfast.Run("eval", _temporary.Below("strided.safetensors"), "--data", run.Data).Succeeded();
    }

    [Fact]
    public async Task The_trainer_is_installed_as_a_tool()
    {
        await PackAsync("Trainer");
        await Dotnet.RunAsync(
            _temporary.Path, "tool", "install", "cifarfast", "--version", PackageVersion("cifarfast"), "--tool-path", "tools", "--add-source", "feed");
        string tool = Path.Combine(_temporary.Below("tools"), OperatingSystem.IsWindows() ? "cifarfast.exe" : "cifarfast");
        Assert.Contains("train", await Dotnet.RunProgramAsync(tool, _temporary.Path, "--help"));
        string output = await Dotnet.RunProgramAsync(tool, _temporary.Path, "eval", "--checkpoint", run.Directory);
        Assert.Contains("accuracy", output);
    }

    private async Task<string[]> RunSampleAsync(int number, params string[] args)
    {
        await Dotnet.RunAsync(_temporary.Path, "build", $"-p:Sample=Sample{number}.cs");
        string program = Directory.GetFiles(_temporary.Below("bin"), "outside.dll", SearchOption.AllDirectories).Single();
        string output = await Dotnet.RunAsync(_temporary.Path, [program, .. args]);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    private Task PackAsync(string project) => Dotnet.RunAsync(
        _temporary.Path, "pack", Path.Combine(Dotnet.Root, "src", project), "-c", Dotnet.Configuration, "--no-build", "-o", _temporary.Below("feed"));

    private string PackageVersion(string id)
    {
        string file = Path.GetFileNameWithoutExtension(Directory.GetFiles(_temporary.Below("feed"), $"{id}.*.nupkg").Single());
        return file[(id.Length + 1)..];
    }

    [GeneratedRegex("^```csharp\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex CodeBlock();
}
