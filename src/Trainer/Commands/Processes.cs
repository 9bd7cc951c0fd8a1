using System.Globalization;
using System.Text;
using CifarFast.Engine.Distributed;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Simd;

namespace CifarFast.Trainer.Commands;

/// <summary>The processes that train together: one alone, or those that an MPI launcher started. The first of them writes and speaks for all.</summary>
internal sealed class Processes
{
    /// <summary>How long it takes at most until the first process has said what all have to say.</summary>
    private static readonly TimeSpan _courtesy = TimeSpan.FromSeconds(1);

    private readonly MpiCollective? _mpi;
    private readonly string[] _machines;
    private bool _areGone;

    private Processes(MpiCollective? mpi)
    {
        _mpi = mpi;
        _machines = mpi is null ? [Environment.MachineName] : [.. mpi.AllGather(Encoding.UTF8.GetBytes(Environment.MachineName)).Select(Encoding.UTF8.GetString)];
    }

    /// <summary>What they do with each other.</summary>
    public ICollective Collective => _mpi is null ? SingleProcess.Instance : _mpi;

    /// <summary>Whether there are several.</summary>
    public bool AreSeveral => Collective.Size > 1;

    /// <summary>Whether this is the one that writes.</summary>
    public bool IsFirst => Collective.Rank == 0;

    /// <summary>On how many machines they are.</summary>
    public int Machines => _machines.Distinct().Count();

    /// <summary>How many of them are on this machine.</summary>
    public int OnThisMachine => _machines.Count(name => name == _machines[Collective.Rank]);

    /// <summary>As <c>3 on 2 machines, by Open MPI v4.1.4</c>.</summary>
    public string Description => $"{Collective.Size} on {Quantity.Of(Machines, "machine")}, by {_mpi!.Version}";

    /// <summary>Joins the others.</summary>
    /// <param name="kind">Whether to.</param>
    /// <param name="timeout">How long to wait for others.</param>
    /// <exception cref="RunException">That cannot be done here.</exception>
    public static Processes Join(DistributedKind kind, TimeSpan timeout)
    {
        var launcher = MpiLauncher.Find(Environment.GetEnvironmentVariable);
        if (kind == DistributedKind.Off || (kind == DistributedKind.Auto && launcher is null or { Size: 1 }))
        {
            return new Processes(mpi: null);
        }

        try
        {
            return new Processes(new MpiCollective(launcher, timeout));
        }
        catch (CollectiveException error)
        {
            WaitForFirst(launcher?.Rank ?? 0);
            string why = launcher is null ? "" : $"started by {launcher.Name} as process {launcher.Rank}{(launcher.Size > 0 ? $" of {launcher.Size}" : "")}, but ";
            throw new RunException($"{why}{error.Message}; --distributed off trains without", error);
        }
    }

    /// <summary>
    /// Joins the others of a process that failed before it could, as by its command line: launchers do not always see that, and the others would wait for it.
    /// </summary>
    /// <param name="kind">Whether it was to join them.</param>
    /// <returns>What ends them all; null where this process is alone.</returns>
    public static Action<int>? JoinToEnd(DistributedKind kind)
    {
        try
        {
            Processes all = Join(kind, TimeSpan.MaxValue);
            WaitForFirst(all.Collective.Rank);
            return all.AreSeveral ? all.EndAll : null;
        }
        catch (RunException)
        {
            return null;
        }
    }

    /// <summary>How they compute: on the widest instructions that all have, and, where nobody said, each with its share of its machine's cores.</summary>
    /// <param name="asked">How this one was asked to, or would by itself.</param>
    /// <param name="areThreadsGiven">Whether somebody said how many threads.</param>
    /// <param name="note">Is given what a person should know of it.</param>
    public ExecutionOptions Share(ExecutionOptions asked, bool areThreadsGiven, Action<string> note)
    {
        if (!AreSeveral)
        {
            return asked;
        }

        int[] tiers = Collective.AllGather((int)asked.Tier);
        var tier = (SimdTier)tiers.Min();
        if (tiers.Max() != tiers.Min())
        {
            note($"all processes compute on {tier.Name()}, which is the widest that process {Array.IndexOf(tiers, tiers.Min())} has");
        }

        int local = _machines[..Collective.Rank].Count(name => name == _machines[Collective.Rank]);
        var share = CoreShare.Of(local, OnThisMachine);
        int[] bound = Collective.AllGather(areThreadsGiven ? 0 : share.Bound ?? 0);
        int[] fair = Collective.AllGather(share.Fair);
        if (Array.FindIndex(bound, cores => cores > 0) is >= 0 and var process)
        {
            note($"the launcher has bound process {process} to {Quantity.Of(bound[process], "core")}, where its share is {fair[process]}; 'mpirun --bind-to none' leaves it all of them");
        }

        return asked with { Tier = tier, Threads = areThreadsGiven ? asked.Threads : share.Threads };
    }

    /// <summary>Makes sure that all have the same.</summary>
    /// <param name="own">Tells what this process has, by names; is not asked where it is alone.</param>
    /// <exception cref="RunException">Another one has something else.</exception>
    public void Agree(Func<IEnumerable<(string Name, string Value)>> own)
    {
        if (!AreSeveral)
        {
            return;
        }

        string text = string.Join('\n', own().Select(item => $"{item.Name}\t{PlainLine(item.Value)}"));
        string[][] all = [.. Collective.AllGather(Encoding.UTF8.GetBytes(text)).Select(bytes => Encoding.UTF8.GetString(bytes).Split('\n'))];
        for (int process = 1; process < all.Length; process++)
        {
            string? ofFirst = all[0].Except(all[process]).FirstOrDefault();
            string? ofOther = all[process].Except(all[0]).FirstOrDefault();
            if ((ofFirst ?? ofOther) is string line)
            {
                string name = line.Split('\t')[0];
                throw new RunException(
                    $"the processes do not do the same: {name} is {ValueOf(all[0], name)} in process 0 and {ValueOf(all[process], name)} in process {process}{OnMachine(process)}; start all of them with the same program, options and images");
            }
        }
    }

    /// <summary>What the first process has; the others give nothing.</summary>
    public byte[] FromFirst(byte[]? own) => Collective.Broadcast(own ?? []);

    /// <summary>What went wrong in this process, which is not the first: told as its own, after the first one had time to say the same.</summary>
    public RunException Named(Exception error)
    {
        WaitForFirst(Collective.Rank);
        return new RunException($"process {Collective.Rank}{OnMachine(Collective.Rank)}: {error.Message}", error);
    }

    /// <summary>Parts from the others, who do the same.</summary>
    public void Leave()
    {
        if (!_areGone)
        {
            _areGone = true;
            _mpi?.Leave();
        }
    }

    /// <summary>Ends the others, and this one, unless they have parted.</summary>
    public void EndAll(int exitCode)
    {
        if (!_areGone)
        {
            System.Console.Out.Flush();
            System.Console.Error.Flush();
            _mpi?.Abort(exitCode);
        }
    }

    private static void WaitForFirst(int rank) => Thread.Sleep(_courtesy * Math.Min(rank, 5));

    private static string PlainLine(string value) => value.Replace('\n', ' ').Replace('\t', ' ');

    private static string ValueOf(string[] lines, string name) =>
        lines.FirstOrDefault(line => line.StartsWith($"{name}\t", StringComparison.Ordinal))?[(name.Length + 1)..] is { Length: > 0 } value ? value : "nothing";

    private string OnMachine(int process) => Machines == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" on {_machines[process]}");
}
