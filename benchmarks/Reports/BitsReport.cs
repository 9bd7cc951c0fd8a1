using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using BenchmarkDotNet.Environments;
using CifarFast.Engine.Numerics;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Simd;

namespace CifarFast.Benchmarks.Reports;

/// <summary>
/// The promise that neither tier nor threads nor processes change a bit, for everybody to see: hashes of the weights that the trainer comes to in a few
/// steps, started as a person would start it, with one factor varied at a time.
/// </summary>
internal sealed class BitsReport : IDisposable
{
    private const string Trainer = "src/Trainer/bin/Release/net10.0/cifarfast.dll";

    /// <summary>MPICH and Open MPI, under the names that Debian gives them where both are installed.</summary>
    private static readonly string[] _launchers = ["mpirun.mpich", "mpirun.openmpi"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cifarfast-bits-");
    private readonly string? _data;

    private BitsReport(string? data) => _data = data;

    /// <summary>Trains, and writes the table into a page, which is made anew, or to the console where none is named.</summary>
    /// <param name="args"><c>[PAGE] [--data DIR]</c>: without a directory, the trainer looks for CIFAR-10 where it usually does.</param>
    /// <returns>Whether all hashes that must be equal are.</returns>
    /// <exception cref="ArgumentException">They ask for something else.</exception>
    /// <exception cref="IOException">The trainer is not there, or a run failed.</exception>
    public static bool Write(IReadOnlyList<string> args)
    {
        (string? page, string? data) = Parse(args);
        if (!File.Exists(Trainer))
        {
            throw new FileNotFoundException($"{Trainer} is not there; build all with 'dotnet build -c Release', and start this in the folder of the solution");
        }

        using var report = new BitsReport(data);
        (Markdown text, int others) = report.Write();
        if (page is null)
        {
            Console.WriteLine(text);
        }
        else
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(page))!);
            File.WriteAllText(page, text.ToString());
        }

        if (others > 0)
        {
            Console.Error.WriteLine($"bits: {others} of these hashes are not what they must be");
        }

        return others == 0;
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static (string? Page, string? Data) Parse(IReadOnlyList<string> args) => args switch
    {
        [] => (null, null),
        ["--data", string data] => (null, data),
        [['-', ..], ..] or [_, not "--data"] or [_, "--data"] => throw Wrong(),
        [string page] => (page, null),
        [string page, "--data", string data] => (page, data),
        _ => throw Wrong(),
    };

    private static ArgumentException Wrong() => new("name the page to write and where CIFAR-10 is, as in 'bits docs/bits.md --data DIR'");

    private (Markdown Text, int Others) Write()
    {
        string[] launchers = [.. _launchers.Where(IsInstalled)];
        Markdown text = new Markdown()
            .Line($"# Bits\n")
            .Line($"SHA-256 of the weights that the trainer comes to in a few steps: of all that follows the header of `weights.safetensors`. In each group one factor is")
            .Line($"varied at a time; the first row is a run of one process and one thread, and every other one must have the same hash. Written, and")
            .Line($"checked, by `dotnet run -c Release --project benchmarks -- bits docs/bits.md --data DIR`.\n")
            .Line($"{Markdown.Provenance} Numerics version {NumericsVersion.Current}. {(launchers.Length == 0 ? "No MPI launcher was there." : $"Processes were started by {string.Join(" and ", launchers)}.")}\n\n```");
        foreach (string line in HostEnvironmentInfo.GetCurrent().ToFormattedString())
        {
            text.Line($"{line}");
        }

        text.Line($"```").Table("run", "factor", "value", "SHA-256 of the weights", "same");
        int others = 0;
        foreach (Case trained in Cases())
        {
            string? first = null;
            foreach (Way way in Ways(launchers))
            {
                string hash = Train(trained, way);
                bool isSame = hash == (first ??= hash);
                others += isSame ? 0 : 1;
                FormattableString row = $"| {trained} | {way.Factor} | {way.Value} | `{hash}` | {(isSame ? "yes" : "**no**")} |";
                text.Line(row);
                Console.Error.WriteLine(FormattableString.Invariant(row));
            }
        }

        return (text, others);
    }

    /// <summary>Batches of 37 images end in part of a shard, those of 16 are whole ones.</summary>
    private static IEnumerable<Case> Cases() =>
    [
        new("reference", AreReal: true, BatchSize: 37, Steps: 5),
        new("reference", AreReal: true, BatchSize: 16, Steps: 3),
        new("airbench94", AreReal: true, BatchSize: 37, Steps: 5),
        new("airbench94", AreReal: true, BatchSize: 16, Steps: 3),
        .. RecipeCatalog.All.Select(recipe => new Case(recipe.Name, AreReal: false, BatchSize: 8, Steps: 3)),
    ];

    private static IEnumerable<Way> Ways(string[] launchers)
    {
        string best = SimdTiers.Best.Name();
        yield return new Way("tier", best, best);
        foreach (string tier in SimdTiers.Supported.Select(tier => tier.Name()).Where(tier => tier != best))
        {
            yield return new Way("tier", tier, tier);
        }

        foreach (int threads in (int[])[2, 3, 16])
        {
            yield return new Way("threads", $"{threads}", best, threads);
        }

        foreach (string launcher in launchers)
        {
            // There may be fewer cores than processes, and a user who is root; MPICH allows both without being told.
            string[] more = launcher == "mpirun.openmpi" ? ["--oversubscribe", "--allow-run-as-root"] : [];
            foreach (int processes in (int[])[1, 2, 3, 4, 8])
            {
                yield return new Way("processes", $"{processes}, {launcher}", best) { Launcher = [launcher, .. more, "-n", $"{processes}"] };
            }
        }
    }

    private string Train(Case trained, Way way)
    {
        string run = Path.Combine(_folder.FullName, "run");
        string[] images = !trained.AreReal ? ["--dataset", "synthetic"] : _data is null ? ["--dataset", "cifar10"] : ["--data", _data];
        string[] command =
        [
            .. way.Launcher, Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", Trainer, "train", "--no-report", "--out", run, .. images,
            "--recipe", trained.Recipe, "--batch-size", $"{trained.BatchSize}", "--max-steps", $"{trained.Steps}", "--limit-test", "8", "--simd", way.Tier, "--threads", $"{way.Threads}",
        ];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new IOException($"'{string.Join(' ', command)}' ended with {process.ExitCode}: {error}{output.Result}");
        }

        ReadOnlySpan<byte> weights = File.ReadAllBytes(Path.Combine(run, "weights.safetensors"));
        Directory.Delete(run, recursive: true);
        int header = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(weights));
        return Convert.ToHexStringLower(SHA256.HashData(weights[(sizeof(ulong) + header)..]));
    }

    private static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>What is trained.</summary>
    private sealed record Case(string Recipe, bool AreReal, int BatchSize, int Steps)
    {
        public override string ToString() => $"{Recipe}, {(AreReal ? "CIFAR-10" : "synthetic")}, {Steps} steps of {BatchSize}";
    }

    /// <summary>How: in a process alone and on one thread, unless it says otherwise.</summary>
    private sealed record Way(string Factor, string Value, string Tier, int Threads = 1)
    {
        public string[] Launcher { get; init; } = [];
    }
}
