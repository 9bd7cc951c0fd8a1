using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Tests.Tensors;

public class TensorTests
{
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
            using var tensor = new Tensor(new Shape(length));
            Assert.Equal(length, tensor.Span.Length);
            Assert.Equal(0, Address(tensor.Span) % 64);
            Assert.False(tensor.Span.ContainsAnyExcept(0));
        }
    }

    [Fact]
    public void Buffers_do_not_overlap()
    {
        using var one = new Tensor(new Shape(7, 11));
        using var other = new Tensor(new Shape(7, 11));
        one.Span.Fill(1);
        other.Span.Fill(2);

        Assert.False(one.Span.ContainsAnyExcept(1));
        Assert.False(other.Span.ContainsAnyExcept(2));
    }

    [Fact]
    public void A_disposed_tensors_buffer_is_used_again_and_zeroed()
    {
        // A length of its own, so that no other test takes the buffer in between.
        var shape = new Shape(12_347);
        var first = new Tensor(shape);
        first.Span.Fill(5);
        nint address = Address(first.Span);
        first.Dispose();
        using var second = new Tensor(shape);

        Assert.Equal(address, Address(second.Span));
        Assert.False(second.Span.ContainsAnyExcept(0));
    }

    [Fact]
    public void A_disposed_tensor_cannot_be_used_and_gives_its_buffer_back_once()
    {
        var shape = new Shape(12_349);
        var tensor = new Tensor(shape);
        tensor.Dispose();
        tensor.Dispose();
        Assert.Throws<ObjectDisposedException>(() => tensor.Span.Length);

        // Had it gone back twice, two tensors would now share it.
        using var one = new Tensor(shape);
        using var other = new Tensor(shape);
        Assert.NotEqual(Address(one.Span), Address(other.Span));
    }

    [Fact]
    public void A_pool_keeps_lengths_apart()
    {
        var pool = new TensorPool();
        AlignedBuffer three = pool.Rent(3);
        pool.Return(three);

        Assert.NotSame(three, pool.Rent(4));
        Assert.Same(three, pool.Rent(3));
        Assert.NotSame(three, pool.Rent(3));
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
