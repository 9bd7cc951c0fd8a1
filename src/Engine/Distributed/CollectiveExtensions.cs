using System.Runtime.InteropServices;

namespace CifarFast.Engine.Distributed;

/// <summary>What else processes do with each other, made of <see cref="ICommunicator.AllGather"/>.</summary>
internal static class CollectiveExtensions
{
    /// <summary>Whether <paramref name="own"/> is true in any process.</summary>
    public static bool Any(this ICollective collective, bool own, CancellationToken cancellation = default)
    {
        if (collective.Size == 1)
        {
            return own;
        }

        return collective.AllGather(own ? 1 : 0, cancellation).Any(value => value != 0);
    }

    /// <summary>A number of each process.</summary>
    public static int[] AllGather(this ICollective collective, int own, CancellationToken cancellation = default)
    {
        int[] numbers = new int[collective.Size];
        numbers[collective.Rank] = own;
        int[] lengths = new int[collective.Size];
        Array.Fill(lengths, 1);
        collective.AllGather(MemoryMarshal.Cast<int, float>(numbers.AsSpan()), lengths, cancellation);
        return numbers;
    }

    /// <summary>The bytes of each process, of which each may have another number.</summary>
    public static byte[][] AllGather(this ICollective collective, ReadOnlySpan<byte> own, CancellationToken cancellation = default)
    {
        int[] counts = collective.AllGather(own.Length, cancellation);
        int[] lengths = Array.ConvertAll(counts, Words);
        float[] all = new float[lengths.Sum()];
        own.CopyTo(MemoryMarshal.AsBytes(all.AsSpan(lengths[..collective.Rank].Sum())));
        collective.AllGather(all, lengths, cancellation);
        byte[][] parts = new byte[counts.Length][];
        int start = 0;
        for (int process = 0; process < parts.Length; process++)
        {
            parts[process] = MemoryMarshal.AsBytes(all.AsSpan(start, lengths[process]))[..counts[process]].ToArray();
            start += lengths[process];
        }

        return parts;
    }

    /// <summary>What the first process has; the others' is ignored.</summary>
    public static byte[] Broadcast(this ICollective collective, ReadOnlySpan<byte> own, CancellationToken cancellation = default) =>
        collective.AllGather(collective.Rank == 0 ? own : [], cancellation)[0];

    private static int Words(int bytes) => (bytes / sizeof(float)) + (bytes % sizeof(float) > 0 ? 1 : 0);
}
