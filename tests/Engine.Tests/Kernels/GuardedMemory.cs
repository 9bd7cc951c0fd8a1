using System.Runtime.InteropServices;

namespace CifarFast.Engine.Tests.Kernels;

/// <summary>
/// Spans for a kernel under test, each with an inaccessible page right beside one of its ends and canaries up to the next page
/// beside the other. An access past the guarded end ends the process; a wrong write past the other is found by
/// <see cref="AssertIntact"/>, and a wrong read there meets a NaN, which spreads into the result.
/// </summary>
internal sealed unsafe class GuardedMemory(GuardSide side) : IDisposable
{
    /// <summary>What belongs to no span: a quiet NaN whose bits no arithmetic makes.</summary>
    public static readonly float Canary = BitConverter.Int32BitsToSingle(0x7FC0_CAFE);

    /// <summary>More than the longest vector, so that canaries stand beside every span.</summary>
    private const int LeastCanaries = 64;

    private readonly List<(GuardedPages Pages, int Start, int Length, float[]? Held)> _spans = [];

    /// <summary>Whether a value is the canary, bit for bit.</summary>
    public static bool IsCanary(float value) => BitConverter.SingleToInt32Bits(value) == BitConverter.SingleToInt32Bits(Canary);

    /// <summary>A span full of canaries, for a kernel to write.</summary>
    public Span<float> Allocate(int length) => Add(length, held: null);

    /// <summary>A span of the given values that a kernel may write.</summary>
    public Span<float> Allocate(ReadOnlySpan<float> values)
    {
        Span<float> span = Add(values.Length, held: null);
        values.CopyTo(span);
        return span;
    }

    /// <summary>A span of the given values that must stay as they are.</summary>
    public ReadOnlySpan<float> Hold(ReadOnlySpan<float> values)
    {
        Span<float> span = Add(values.Length, values.ToArray());
        values.CopyTo(span);
        return span;
    }

    /// <summary>Fails where something was written beside a span, or into one that is held.</summary>
    public void AssertIntact()
    {
        foreach ((GuardedPages pages, int start, int length, float[]? held) in _spans)
        {
            var all = new ReadOnlySpan<float>(pages.First, pages.Length);
            Assert.False(HasOthersThanCanaries(all[..start]), $"something was written in front of a span of {length} floats");
            Assert.False(HasOthersThanCanaries(all[(start + length)..]), $"something was written behind a span of {length} floats");
            Assert.True(held is null || Bits(all.Slice(start, length)).SequenceEqual(Bits(held)), $"an input of {length} floats was written");
        }
    }

    /// <summary>Gives all pages back; the spans must not be used any more.</summary>
    public void Dispose()
    {
        foreach ((GuardedPages pages, _, _, _) in _spans)
        {
            pages.Dispose();
        }

        _spans.Clear();
    }

    private static bool HasOthersThanCanaries(ReadOnlySpan<float> values) =>
        Bits(values).ContainsAnyExcept(BitConverter.SingleToInt32Bits(Canary));

    private static ReadOnlySpan<int> Bits(ReadOnlySpan<float> values) => MemoryMarshal.Cast<float, int>(values);

    private Span<float> Add(int length, float[]? held)
    {
        var pages = new GuardedPages(length + LeastCanaries);
        int start = side == GuardSide.Before ? 0 : pages.Length - length;
        _spans.Add((pages, start, length, held));
        new Span<float>(pages.First, pages.Length).Fill(Canary);
        return new Span<float>(pages.First + start, length);
    }
}
