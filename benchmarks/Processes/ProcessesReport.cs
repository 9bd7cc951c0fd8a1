using System.Diagnostics;
using CifarFast.Benchmarks.Reports;
using CifarFast.Engine.Data;
using CifarFast.Engine.Distributed;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Training;

namespace CifarFast.Benchmarks.Processes;

/// <summary>
/// What it costs to share steps among processes: two of one thread each against one of two threads, as they are and over networks that are made up, and what
/// that says of many machines. Both processes go through the same; the first one writes.
/// </summary>
internal static class ProcessesReport
{
    private const int UsualRounds = 7;
    private const int Threads = 2;
    private static readonly TimeSpan _timeout = TimeSpan.FromHours(2);
    private static readonly RunPosition _position = new(Step: 1, Steps: 1000, StepsOfEpoch: 100);
    private static readonly LinkSpeed[] _speeds = [LinkSpeed.Gigabit, LinkSpeed.TenGigabit];

    private static readonly (string Recipe, int BatchSize, int Repeats)[] _steps = [("airbench94", 1024, 1), ("reference", 64, 16), ("reference", 512, 2)];

    /// <summary>How to start the processes.</summary>
    public const string CommandLine = "mpirun --bind-to none -n 2 dotnet benchmarks/bin/Release/net10.0/CifarFast.Benchmarks.dll report PAGE --sections processes";

    /// <summary>Measures, as the first process.</summary>
    public static Markdown Write(Measurement measurement) => Run(measurement.Rounds(UsualRounds), measurement.Show);

    /// <summary>Measures, as one of the others.</summary>
    public static void Follow(ReportArguments asked) => Run(asked.Rounds ?? UsualRounds, static _ => { });

    private static Markdown Run(int rounds, Action<string> show)
    {
        var mpi = new MpiCollective(MpiLauncher.Find(Environment.GetEnvironmentVariable), _timeout);
        if (mpi.Size != 2)
        {
            throw new ArgumentException($"this section is measured by two processes, not {mpi.Size}: {CommandLine}");
        }

        Markdown report = new Markdown()
            .Line($"{Markdown.Provenance} {SimdTiers.Best.Name()}, {mpi.Version}, both processes on one machine, medians of {rounds} rounds.")
            .Table(
                "network", "batch:", "one process, 2 threads:", "two of one thread:", "the calls alone:", "on top of one process:", "allowed:", "calls at once:",
                "in background:", "MB at once:", "in background:", "waiting:");
        var overLinks = new List<FormattableString>();
        foreach ((string name, int batchSize, int repeats) in _steps)
        {
            MeasureStep(mpi, name, batchSize, repeats, rounds, show, report, overLinks);
        }

        report.Table("network", "batch:", "network made up", "two processes:", "on paper:", "measured to paper:", "waiting:");
        overLinks.ForEach(line => report.Line(line));
        if (mpi.Rank == 0)
        {
            Predict(show, report);
        }

        // Others would wait at full speed in MPI_Finalize, and take a core from what is measured.
        Meet(mpi);
        mpi.Leave();
        return report;
    }

    private static void MeasureStep(
        MpiCollective mpi, string name, int batchSize, int repeats, int rounds, Action<string> show, Markdown report, List<FormattableString> overLinks)
    {
        string part = $"{name} of {batchSize}";
        show($"{part}, warming up");
        var linked = new LinkedCollective(mpi);
        Action together = Step(name, batchSize, linked, threads: 1);
        Warm(together);
        StepMessages messages = linked.Record(together);
        Action bareLoop = messages.BareLoop(mpi);
        var one = new Contestant("one", mpi.Rank == 0 ? Warm(Step(name, batchSize, SingleProcess.Instance, Threads)) : static () => { }, repeats);
        var two = new Contestant("two", together, repeats);
        var bare = new Contestant("bare", Warm(bareLoop), repeats: 8);
        Contestant[] slow = [.. _speeds.Select(speed => new Contestant(speed.Name, together, repeats))];
        double[] waiting = new double[1 + slow.Length];
        for (int round = 1; round <= rounds; round++)
        {
            show($"{part}, round {round} of {rounds}");
            Meet(mpi);
            one.Measure();
            Meet(mpi);
            bare.Measure();
            waiting[0] += Share(linked, LinkSpeed.Unlimited, two) / rounds;
            for (int i = 0; i < slow.Length; i++)
            {
                waiting[i + 1] += Share(linked, _speeds[i], slow[i]) / rounds;
            }
        }

        double onTop = two.Seconds - one.Seconds;
        report.Line($"| {name} | {batchSize} | {one.Seconds * 1e3:F1} ms | {two.Seconds * 1e3:F1} ms | {bare.Seconds * 1e3:F2} ms | {onTop * 1e3:F2} ms | {(bare.Seconds + (0.05 * one.Seconds)) * 1e3:F2} ms | {messages.AtOnce.Calls} | {messages.Background.Calls} | {messages.AtOnce.Bytes / 1e6:F3} | {messages.Background.Bytes / 1e6:F3} | {waiting[0]:P1} |");
        for (int i = 0; i < slow.Length; i++)
        {
            double paper = one.Seconds + messages.Wait(_speeds[i], pace: 1);
            overLinks.Add($"| {name} | {batchSize} | {_speeds[i].Name} | {slow[i].Seconds * 1e3:F1} ms | {paper * 1e3:F1} ms | {slow[i].Seconds / paper:F2} | {waiting[i + 1]:P1} |");
        }
    }

    /// <summary>What steps would take on many machines: what the last process of so many computes is measured, what it would exchange is counted.</summary>
    private static void Predict(Action<string> show, Markdown report)
    {
        const string name = "airbench94";
        report.Line($"\nOn paper, {name} on machines of so many cores, a process each; of each, a part of the step was measured with {Threads} threads, and cores count in proportion.")
            .Table("batch:", "machines:", "cores of each:", "network", "computing:", "waiting:", "a step:", "one machine:", "faster:", "of ideal:");
        foreach (int batchSize in (int[])[1024, 4096])
        {
            show($"{name} of {batchSize} on one machine");
            double alone = Seconds(Warm(Step(name, batchSize, SingleProcess.Instance, Threads)));
            foreach (int machines in (int[])[4, 16, 64])
            {
                show($"{name} of {batchSize} on {machines} machines");
                var linked = new LinkedCollective(new PaperCollective(machines));
                Action part = Warm(Step(name, batchSize, linked, Threads));
                double computing = Seconds(part);
                StepMessages messages = linked.Record(part);
                foreach (int cores in (int[])[2, 8, 32])
                {
                    double pace = (double)Threads / cores;
                    foreach (LinkSpeed speed in _speeds)
                    {
                        double waiting = messages.Wait(speed, pace);
                        double step = (pace * computing) + waiting;
                        report.Line($"| {batchSize} | {machines} | {cores} | {speed.Name} | {pace * computing * 1e3:F1} ms | {waiting * 1e3:F1} ms | {step * 1e3:F1} ms | {pace * alone * 1e3:F0} ms | {pace * alone / step:F1} × | {pace * alone / step / machines:P0} |");
                    }
                }
            }
        }
    }

    /// <summary>A step on a batch of images that are not transformed, with an update that leaves the weights about as they are.</summary>
    private static Action Step(string name, int batchSize, ICollective collective, int threads)
    {
        Recipe recipe = RecipeCatalog.Find(name)! with { Optimizer = new SGD(LearningRate: 1e-6f, Momentum: 0.9f), Schedule = new ConstantSchedule(), Average = null };
        ImageSet images = SyntheticImages.Create(seed: 1, train: batchSize, test: 10).Train;

        // Not disposed of: its buffers should not wait in a pool for another network of this batch.
        var network = new Network(recipe.Network(images.Shape, 10), new ExecutionOptions { Threads = threads }, batchSize, seed: 1) { Collective = collective };
        var step = new TrainingStep(network, recipe);
        var batch = new Batch(images);
        return () => step.Run(batch, _position);
    }

    /// <summary>The same number of times in each process, for those that need the others for it.</summary>
    private static Action Warm(Action action)
    {
        for (int i = 0; i < 3; i++)
        {
            action();
        }

        return action;
    }

    private static double Seconds(Action action)
    {
        var contestant = new Contestant("part", action);
        for (int round = 0; round < 3; round++)
        {
            contestant.Measure();
        }

        return contestant.Seconds;
    }

    /// <summary>Measures steps over a network; returns the share of the time that the process has waited.</summary>
    private static double Share(LinkedCollective linked, LinkSpeed speed, Contestant contestant)
    {
        linked.Link.Speed = speed;
        Meet(linked);
        TimeSpan before = linked.Waited;
        long start = Stopwatch.GetTimestamp();
        contestant.Measure();
        double share = (linked.Waited - before) / Stopwatch.GetElapsedTime(start);
        linked.Link.Speed = LinkSpeed.Unlimited;
        return share;
    }

    private static void Meet(ICollective collective) => collective.AllGather(0);
}
