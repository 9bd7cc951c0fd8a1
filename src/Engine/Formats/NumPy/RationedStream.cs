namespace CifarFast.Engine.Formats.NumPy;

/// <summary>Reads from a file as long as the ration lasts, and throws then: who reads on was made to by the file.</summary>
internal sealed class RationedStream(Stream source) : Stream
{
    /// <summary>How many bytes more may be read.</summary>
    public long Ration { get; set; }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => source.Length;

    public override long Position
    {
        get => source.Position;
        set => source.Position = value;
    }

    public override int Read(Span<byte> buffer)
    {
        int count = source.Read(buffer);
        Ration -= count;
        return Ration >= 0 ? count : throw new InvalidDataException("its directory is too large");
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => source.Seek(offset, origin);

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Dispose();
        }

        base.Dispose(disposing);
    }
}
