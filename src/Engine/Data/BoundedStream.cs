namespace CifarFast.Engine.Data;

/// <summary>Reads from another stream up to a limit, beyond which it throws, and can be cancelled between reads.</summary>
internal sealed class BoundedStream(Stream source, long limit, CancellationToken cancellation) : Stream
{
    private long _read;

    /// <summary>Whether the source had more to give than the limit allows.</summary>
    public bool IsExhausted => _read > limit;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        cancellation.ThrowIfCancellationRequested();
        int count = source.Read(buffer);
        _read += count;
        return IsExhausted ? throw new InvalidDataException($"More than {limit} bytes") : count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
