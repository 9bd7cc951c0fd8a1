using System.Text;

namespace CifarFast.Trainer;

/// <summary>
/// Standard output or error, whose failure is no reason to lose work: a log on a full disk or a terminal that was closed swallows
/// what it cannot take.
/// </summary>
/// <param name="inner">The writer.</param>
internal sealed class SteadyWriter(TextWriter inner) : TextWriter
{
    /// <summary>Is told of the first failure, which is dealt with by that; null where what is written is what the work was for.</summary>
    public Action<Exception>? OnFirstFailure { get; set; }

    /// <summary>The first failure, or null while there is none.</summary>
    public Exception? Failure { get; private set; }

    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Try(() => inner.Write(value));

    public override void Write(string? value) => Try(() => inner.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

    public override void WriteLine(string? value) => Write(value + CoreNewLine.AsSpan().ToString());

    public override void Flush() => Try(inner.Flush);

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException { ParamName: "value" })
        {
            // The last of them is what .NET makes of EFBIG, a file as large as it may be.
            if (Failure is null)
            {
                Failure = error;
                OnFirstFailure?.Invoke(error);
            }
        }
    }
}
