using CifarFast.Trainer.Runs;
using Microsoft.Win32.SafeHandles;

namespace CifarFast.Trainer;

/// <summary>
/// Standard output where that is a pipe. .NET's own stream keeps quiet about a reader that has gone; this one says so, and a command
/// does not work for hours for <c>head -1</c>.
/// </summary>
internal sealed class OutputPipe : Stream
{
    private const int Descriptor = 1;

    /// <summary>EPIPE, on all systems that have it.</summary>
    private const int BrokenPipe = 32;

    /// <summary>So many bytes go into a pipe as one, all of them or none, on all systems (PIPE_BUF).</summary>
    private const int ChunkBytes = 512;

    private readonly FileStream _pipe;
    private readonly Stream _console;

    private OutputPipe(FileStream pipe, Stream console)
    {
        _pipe = pipe;
        _console = console;
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The pipe, or null where standard output is something else, or the system does without.</summary>
    public static OutputPipe? Find()
    {
        if (OperatingSystem.IsWindows() || !System.Console.IsOutputRedirected)
        {
            return null;
        }

        var pipe = new FileStream(new SafeFileHandle(Descriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return pipe.CanSeek ? null : new OutputPipe(pipe, System.Console.OpenStandardOutput());
    }

    /// <summary>Whether a write failed as the reader has gone, who then had enough.</summary>
    public static bool HasNoReader(Exception error) => error is IOException { HResult: BrokenPipe };

    /// <summary>Says in a sentence why standard output could not be written to.</summary>
    public static string Describe(Exception error) =>
        $"standard output cannot be written to: {(error is UnauthorizedAccessException ? "it is closed." : Reason.Of(error))}";

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            ReadOnlySpan<byte> chunk = buffer[..Math.Min(buffer.Length, ChunkBytes)];
            try
            {
                _pipe.Write(chunk);
            }
            catch (IOException error) when (!HasNoReader(error))
            {
                // It may be full for the moment, and set not to wait by another program that has it too. The console waits.
                _console.Write(chunk);
            }

            buffer = buffer[chunk.Length..];
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
