using System.Globalization;

namespace CifarFast.Trainer.Commands;

/// <summary>What a process gets of its machine's cores, where several share it.</summary>
/// <param name="Threads">How many threads it should have.</param>
/// <param name="Bound">The cores that its launcher bound it to, where these are fewer than its share; else null.</param>
/// <param name="Fair">Its share.</param>
internal sealed record CoreShare(int Threads, int? Bound, int Fair)
{
    /// <summary>The share of this process.</summary>
    /// <param name="rank">Its number among those of this machine.</param>
    /// <param name="size">How many these are.</param>
    public static CoreShare Of(int rank, int size) => Of(rank, size, Environment.ProcessorCount, AllowedOf("self"), ParentId() is string parent ? AllowedOf(parent) : null);

    /// <summary>The same decision from what the system says.</summary>
    /// <param name="rank">The number of the process among those of the machine.</param>
    /// <param name="size">How many these are.</param>
    /// <param name="usable">The processors that the process may use.</param>
    /// <param name="own">Those that it is bound to; null where that is not known.</param>
    /// <param name="launcher">Those that what started it is bound to; null where that is not known.</param>
    internal static CoreShare Of(int rank, int size, int usable, int? own, int? launcher)
    {
        // A process that is bound is shown fewer than there are to share.
        int shared = own < launcher ? launcher.Value : usable;
        int fair = Math.Max(1, (shared / size) + (rank < shared % size ? 1 : 0));
        return new CoreShare(Math.Min(usable, fair), own < launcher && own < fair ? own : null, fair);
    }

    /// <summary>How many processors a list such as <c>0-3,8</c> names.</summary>
    internal static int Count(string list) => list.Split(',').Sum(range =>
    {
        int[] ends = [.. range.Split('-').Select(number => int.Parse(number, NumberStyles.None, CultureInfo.InvariantCulture))];
        return ends[^1] - ends[0] + 1;
    });

    private static int? AllowedOf(string process) => Status(process, "Cpus_allowed_list:") is string list ? Count(list) : null;

    private static string? ParentId() => Status("self", "PPid:");

    private static string? Status(string process, string field)
    {
        string path = $"/proc/{process}/status";
        try
        {
            return File.Exists(path) ? File.ReadLines(path).FirstOrDefault(line => line.StartsWith(field, StringComparison.Ordinal))?[field.Length..].Trim() : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
