using System.Runtime.InteropServices;

namespace CifarFast.Engine.Tests.Kernels;

/// <summary>The guard must be one: the operating system is asked to touch it, as a kernel that did so would end the process.</summary>
public class GuardedMemoryTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(1024)]
    [InlineData(5000)]
    public unsafe void The_pages_beside_a_span_cannot_be_touched(int length)
    {
        using var behind = new GuardedMemory(GuardSide.Behind);
        using var before = new GuardedMemory(GuardSide.Before);
        Span<float> ends = behind.Allocate(length);
        Span<float> begins = before.Allocate(length);
        fixed (float* end = ends, begin = begins)
        {
            Assert.True(CanRead((byte*)(end + length) - 1));
            Assert.False(CanRead((byte*)(end + length)));
            Assert.True(CanRead((byte*)begin));
            Assert.False(CanRead((byte*)begin - 1));
        }
    }

    [Fact]
    public unsafe void A_write_beside_a_span_is_noticed()
    {
        foreach ((GuardSide side, int at) in new[] { (GuardSide.Behind, -1), (GuardSide.Behind, -64), (GuardSide.Before, 10), (GuardSide.Before, 73) })
        {
            using var memory = new GuardedMemory(side);
            Span<float> span = memory.Allocate(10);
            span.Clear();
            memory.AssertIntact();
            fixed (float* first = span)
            {
                first[at] = 0;
            }

            Assert.ThrowsAny<Xunit.Sdk.XunitException>(memory.AssertIntact);
        }
    }

    [Fact]
    public void A_write_to_an_input_is_noticed()
    {
        using var memory = new GuardedMemory(GuardSide.Behind);
        ReadOnlySpan<float> input = memory.Hold([1, 2, 3]);
        memory.AssertIntact();
        MemoryMarshal.GetReference(input[1..]) = 5;

        Assert.ThrowsAny<Xunit.Sdk.XunitException>(memory.AssertIntact);
    }

    /// <summary>Has the operating system write a byte to a file: it reports a bad address where the CPU would fault.</summary>
    private static unsafe bool CanRead(byte* address)
    {
        string path = Path.GetTempFileName();
        try
        {
            using Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Write);
            RandomAccess.Write(file, new ReadOnlySpan<byte>(address, 1), fileOffset: 0);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
        finally
        {
            File.Delete(path);
        }
    }
}
