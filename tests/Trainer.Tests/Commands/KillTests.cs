using System.Diagnostics;
using System.Globalization;
using CifarFast.Engine.Tests.Data;

namespace CifarFast.Trainer.Tests.Commands;

/// <summary>
/// Runs that are ended at random moments, again and again. Whatever the moment, what was saved can be read, and the run ends
/// bitwise as one that nothing happened to. <c>tests/kill-and-resume</c> does the same for longer.
/// </summary>
public sealed class KillTests(UninterruptedRun example) : IClassFixture<UninterruptedRun>
{
    private const int Stops = 5;

    private static int Kills { get; } =
        int.Parse(Environment.GetEnvironmentVariable("CIFARFAST_KILLS") ?? "20", CultureInfo.InvariantCulture);

    [Fact]
    public Task A_run_that_is_killed_at_random_moments_ends_as_any_other() => KillAsync(Kills, _ => 2);

    [Fact]
    public Task A_run_that_is_killed_may_go_on_with_any_number_of_threads() => KillAsync((Kills + 1) / 2, attempt => 1 + (attempt % 4));

    [Theory]
    [InlineData("INT", ExitCode.Interrupted)]
    [InlineData("TERM", ExitCode.Terminated)]
    public async Task A_run_that_is_stopped_goes_on_by_the_line_it_prints(string signal, int exitCode)
    {
        CifarfastProcess.SkipUnlessSignalsAreHeeded();
        Random random = NewRandom();
        for (int stops = 0; stops < Stops;)
        {
            using var temporary = new TemporaryDirectory();
            string? line = null;
            for (bool isDone = false; !isDone;)
            {
                using CifarfastProcess process = line is null
                    ? CifarfastProcess.Start(temporary.Path, [], example.CommandLine("my run"))
                    : CifarfastProcess.StartInShell(temporary.Path, $"exec {line} --no-report");
                if (stops < Stops)
                {
                    await process.DelayAsync(example.Duration * random.NextDouble());
                    await process.SignalAsync(signal);
                }

                // What ends a run on its way out, after its last line, takes nothing from it.
                Outcome outcome = await process.EndAsync();
                isDone = outcome.ExitCode == ExitCode.Success || outcome.Lines.Any(text => text.StartsWith("best epoch by", StringComparison.Ordinal));
                if (!isDone)
                {
                    // One that was stopped before it began has nothing to say, or that; it is started as before.
                    Assert.Equal(exitCode, outcome.ExitCode);
                    line = outcome.Lines.SingleOrDefault(text => text.Contains(" train --resume ", StringComparison.Ordinal)) ?? line;
                    stops++;
                }
            }

            RunFiles.AssertSameEndAndFiles(example.Directory, temporary.Below("my run"));
        }
    }

    private static Random NewRandom()
    {
        int seed = Random.Shared.Next();
        Write($"seed {seed}");
        return new Random(seed);
    }

    private static void Write(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);

    private async Task KillAsync(int kills, Func<int, int> threadsOf)
    {
        Random random = NewRandom();
        long start = Stopwatch.GetTimestamp();
        var phases = new Dictionary<KillPhase, int>();
        int attempts = 0;
        int runs = 0;
        for (int done = 0; done < kills; runs++)
        {
            using var run = new KilledRun(example, random);
            KillPhase? phase = null;
            do
            {
                phase = await run.StartAndKillAsync(threadsOf(attempts++));
                if (phase is KillPhase hit)
                {
                    phases[hit] = phases.GetValueOrDefault(hit) + 1;
                    done++;
                }
            }
            while (phase is not null && done < kills);

            if (phase is not null)
            {
                await run.CompleteAsync(threadsOf(attempts++));
            }
        }

        string figures = string.Join(", ", phases.OrderBy(entry => entry.Key).Select(entry => $"{entry.Key} {entry.Value}"));
        Write(string.Create(
            CultureInfo.InvariantCulture,
            $"{kills} kills ({figures}), {runs} runs, all of them as the uninterrupted one, in {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s"));
    }
}
