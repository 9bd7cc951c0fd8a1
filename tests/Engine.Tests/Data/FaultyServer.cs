using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace CifarFast.Engine.Tests.Data;

/// <summary>
/// A web server on the loopback address that can do what real ones do on bad days. A plain socket and not HttpListener, which
/// is too well-behaved to cut a connection or to stand still.
/// </summary>
public sealed partial class FaultyServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly byte[] _content;
    private readonly Answer[] _answers;
    private int _accepted;

    /// <summary>Serves <paramref name="content"/>; the first request gets the first answer, and so on, the last one again and again.</summary>
    public FaultyServer(byte[] content, params Answer[] answers)
    {
        _content = content;
        _answers = answers.Length > 0 ? answers : [new Answer()];
        _listener.Start();
        _ = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/cifar-10-binary.tar.gz");

    /// <summary>The heads of the requests so far.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = AnswerAsync(client, _answers[Math.Min(_accepted++, _answers.Length - 1)], _stop.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(TcpClient client, Answer answer, CancellationToken stop)
    {
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                string request = await ReadHeadAsync(stream, stop);
                Requests.Enqueue(request);
                await AnswerAsync(stream, request, answer, stop);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                // The client has gone, or the test is over.
            }
        }
    }

    private async Task AnswerAsync(NetworkStream stream, string request, Answer answer, CancellationToken stop)
    {
        if (answer.Mute)
        {
            await StallAsync(answer, stop);
            return;
        }

        byte[] content = answer.Content ?? _content;
        Match range = Range().Match(request);
        int start = 0;
        int status = answer.Status;
        var head = new StringBuilder();
        if (status == 200 && range.Success && answer.HonoursRange)
        {
            start = int.Parse(range.Groups[1].Value, CultureInfo.InvariantCulture);
            status = start < content.Length ? 206 : 416;
            head.Append(status == 206
                ? $"Content-Range: bytes {answer.ClaimedStart ?? start}-{content.Length - 1}/{content.Length}\r\n"
                : $"Content-Range: bytes */{content.Length}\r\n");
        }

        byte[] body = status is 200 or 206 ? content[start..] : [];
        head.Insert(0, $"HTTP/1.1 {status} Whatever\r\nConnection: close\r\n");
        head.Append(answer.HidesLength ? "" : $"Content-Length: {body.Length}\r\n");
        head.Append(answer.Version is null ? "" : $"ETag: \"{answer.Version}\"\r\n");
        head.Append("\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.ToString()), stop);
        await stream.WriteAsync(body.AsMemory(0, Math.Min(body.Length, answer.CutAfter ?? answer.StallAfter ?? body.Length)), stop);
        await StallAsync(answer, stop);
    }

    private static Task StallAsync(Answer answer, CancellationToken stop) =>
        answer.StallAfter is null ? Task.CompletedTask : Task.Delay(Timeout.Infinite, stop);

    private static async Task<string> ReadHeadAsync(NetworkStream stream, CancellationToken stop)
    {
        var head = new StringBuilder();
        byte[] buffer = new byte[4096];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            int count = await stream.ReadAsync(buffer, stop);
            if (count == 0)
            {
                throw new IOException("No whole request came");
            }

            head.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }

        return head.ToString();
    }

    [GeneratedRegex(@"^Range: bytes=(\d+)-", RegexOptions.Multiline)]
    private static partial Regex Range();
}
