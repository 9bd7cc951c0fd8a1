using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Tests.Tensors;

public class TensorPoolTests
{
    private readonly TensorPool _pool = new();

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(1000)]
    [InlineData(100_000)]
    public void A_buffer_starts_at_a_cache_line_and_is_zero(int length)
    {
        for (int i = 0; i < 5; i++)
        {
            AlignedBuffer buffer = _pool.Rent(length);
            Assert.Equal(length, buffer.Span.Length);
            Assert.Equal(0, Address(buffer.Span) % 64);
            Assert.False(buffer.Span.ContainsAnyExcept(0));
        }
    }

    [Fact]
    public void Buffers_do_not_overlap()
    {
        AlignedBuffer one = _pool.Rent(77);
        AlignedBuffer other = _pool.Rent(77);
        one.Span.Fill(1);
        other.Span.Fill(2);

        Assert.False(one.Span.ContainsAnyExcept(1));
        Assert.False(other.Span.ContainsAnyExcept(2));
    }

    [Fact]
    public void A_returned_buffer_is_used_again_and_zeroed()
    {
        AlignedBuffer first = _pool.Rent(12_347);
        first.Span.Fill(5);
        _pool.Return(first);
        AlignedBuffer second = _pool.Rent(12_347);

        Assert.Same(first, second);
        Assert.False(second.Span.ContainsAnyExcept(0));
    }

    [Fact]
    public void A_pool_keeps_lengths_apart()
    {
        AlignedBuffer three = _pool.Rent(3);
        _pool.Return(three);

        Assert.NotSame(three, _pool.Rent(4));
        Assert.Same(three, _pool.Rent(3));
        Assert.NotSame(three, _pool.Rent(3));
    }

    [Fact]
    public void A_buffers_memory_is_its_span()
    {
        var buffer = new AlignedBuffer(5);
        buffer.Memory.Span[2] = 7;

        Assert.Equal([0, 0, 7, 0, 0], buffer.Span);
        Assert.Equal(5, buffer.Memory.Length);
    }

    private static unsafe nint Address(Span<float> span)
    {
        fixed (float* first = span)
        {
            return (nint)first;
        }
    }
}
