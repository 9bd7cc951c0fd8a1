using System.Text;

namespace CifarFast.Trainer;

/// <summary>
/// Standard output or error, whose failure is no reason to lose a run: a log on a full disk or a terminal that was closed swallows
/// what it cannot take.
/// </summary>
/// <param name="inner">The writer.</param>
/// <param name="onFirstFailure">Is told of the first failure.</param>
internal sealed class SteadyWriter(TextWriter inner, Action<Exception> onFirstFailure) : TextWriter
{
    private bool _failed;

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
            if (!_failed)
            {
                _failed = true;
                onFirstFailure(error);
            }
        }
    }
}
