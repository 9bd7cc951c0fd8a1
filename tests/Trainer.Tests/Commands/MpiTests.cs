using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Tests.Data;

namespace CifarFast.Trainer.Tests.Commands;

/// <summary>Runs of several processes under the launchers that are installed here. Whatever happens to them, they end bitwise as a run of one process.</summary>
public sealed class MpiTests(SharedRun example) : IClassFixture<SharedRun>
{
    private const int Kills = 6;

    public static TheoryData<string> Launchers => ["mpich", "openmpi"];

    [Theory]
    [InlineData("mpich", 2)]
    [InlineData("mpich", 3)]
    [InlineData("openmpi", 2)]
    [InlineData("openmpi", 3)]
    public async Task Any_number_of_processes_comes_to_the_same_end(string launcher, int processes)
    {
        using var temporary = new TemporaryDirectory();
        string folder = temporary.Below("run");
        using var job = CifarfastProcess.StartTogether(temporary.Path, launcher, (processes, example.CommandLine(folder)));

        Outcome outcome = (await job.EndAsync()).SucceededWithNotes();
        RunFiles.AssertSameEndAndFiles(example.Directory, folder);
        Assert.Single(outcome.Lines, line => line.StartsWith($"processes {processes} on 1 machine, by {(launcher == "mpich" ? "MPICH " : "Open MPI ")}", StringComparison.Ordinal));
        Assert.Single(outcome.Lines, line => line.StartsWith($"{processes} processes on 1 machine, ", StringComparison.Ordinal));
        Assert.Single(outcome.Lines, line => line.StartsWith("best epoch by", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Launchers))]
    public async Task Processes_that_are_asked_for_different_things_stop_before_they_begin(string launcher)
    {
        using var temporary = new TemporaryDirectory();
        string folder = temporary.Below("run");
        using var job = CifarfastProcess.StartTogether(
            temporary.Path, launcher, (1, example.CommandLine(folder)), (1, example.CommandLine(folder, more: ["--lr", "0.02"])));

        Outcome outcome = await job.EndAsync();
        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Contains("the processes do not do the same: recipe.optimizer.learning_rate is 0.01 in process 0 and 0.02 in process 1;", outcome.Output + outcome.Error);
        Assert.False(Directory.Exists(folder));
    }

    [Theory]
    [InlineData("mpich", "INT")]
    [InlineData("openmpi", "TERM")]
    public async Task A_run_that_is_stopped_goes_on_with_another_number_of_processes(string launcher, string signal)
    {
        CifarfastProcess.SkipUnlessSignalsAreHeeded();

        // Launchers take their time to pass a signal on, so there should be enough left to stop.
        const int epochs = 40;
        using var alone = new TemporaryDirectory();
        (await CifarfastProcess.RunAsync(alone.Path, [], example.CommandLine(alone.Below("run"), epochs))).Succeeded();
        for (bool isStopped = false; !isStopped;)
        {
            using var temporary = new TemporaryDirectory();
            string folder = temporary.Below("run");
            using var job = CifarfastProcess.StartTogether(temporary.Path, launcher, secondsToStop: 5, (3, example.CommandLine(folder, epochs)));
            await job.SeesLineAsync(line => line.Contains($"epoch 1/{epochs} done", StringComparison.Ordinal));
            await job.SignalAsync(signal);

            // It may be done before it hears of the signal.
            Outcome outcome = await job.EndAsync();
            string? resume = outcome.Lines.SingleOrDefault(line => line.Contains(" train --resume ", StringComparison.Ordinal));
            isStopped = resume is not null;
            if (isStopped)
            {
                Assert.StartsWith("mpirun -n 3 ", resume);
                using var rest = CifarfastProcess.StartTogether(temporary.Path, launcher, (2, ["train", "--resume", folder, "--no-report"]));
                (await rest.EndAsync()).SucceededWithNotes();
            }

            RunFiles.AssertSameEndAndFiles(alone.Below("run"), folder);
        }
    }

    [Fact]
    public async Task A_run_whose_processes_are_killed_ends_as_any_other()
    {
        var random = new Random();
        for (int done = 0; done < Kills;)
        {
            using var temporary = new TemporaryDirectory();
            string folder = temporary.Below("run");
            string[] CommandLine() => RunFiles.FindLastCheckpoint(folder) is null ? example.CommandLine(folder) : ["train", "--no-report", "--resume", folder];
            for (bool isKilled = true; isKilled && done < Kills; done += isKilled ? 1 : 0)
            {
                int processes = 2 + (done % 2);
                using var job = CifarfastProcess.StartTogether(temporary.Path, done % 3 == 0 ? "openmpi" : "mpich", (processes, CommandLine()));
                await job.DelayAsync(example.Duration * random.NextDouble());
                await job.SignalRankAsync("KILL", random.Next(processes));
                Outcome outcome = await job.EndAsync();
                Assert.DoesNotContain("cifarfast: --", outcome.Output + outcome.Error);
                isKilled = outcome.ExitCode != 0;
                if (RunFiles.FindLastCheckpoint(folder) is string checkpoint)
                {
                    Checkpoint.Read(checkpoint);
                }
            }

            (await CifarfastProcess.RunAsync(temporary.Path, [], CommandLine())).SucceededWithNotes();
            RunFiles.AssertSameEndAndFiles(example.Directory, folder);
        }
    }

    [Fact]
    public async Task A_process_that_does_not_answer_ends_the_run()
    {
        CifarfastProcess.SkipUnlessSignalsAreHeeded();
        using var temporary = new TemporaryDirectory();
        string folder = temporary.Below("run");
        using var job = CifarfastProcess.StartTogether(temporary.Path, "openmpi", (3, example.CommandLine(folder, epochs: 1_000_000, "--mpi-timeout", "10s")));
        await job.SeesLineAsync(line => line.Contains("epoch 1/1000000 done", StringComparison.Ordinal));
        await job.SignalRankAsync("STOP", 1);

        Outcome outcome = await job.EndAsync();
        Assert.NotEqual(0, outcome.ExitCode);
        string said = outcome.Output + outcome.Error;
        Assert.Matches("cifarfast: process 0 waited [0-9]+ s for process 1 in vain", said);
        Assert.Contains("to go on: mpirun -n 3 ", said);
        Assert.True(Checkpoint.Read(Path.Combine(folder, "checkpoints", "last.safetensors")).State.Step > 0);
    }
}
