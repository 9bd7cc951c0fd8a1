using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using CommunityToolkit.HighPerformance.Buffers;

namespace CifarFast.Engine.Data;

/// <summary>
/// Downloads an archive into a file, resuming an earlier, broken download. Nothing else may use the file meanwhile; the caller
/// sees to that.
/// </summary>
internal sealed class ArchiveDownload : IDisposable
{
    private const int BufferBytes = 1 << 17;

    private readonly RemoteArchive _archive;
    private readonly string _file;
    private readonly IProgress<DownloadProgress>? _progress;
    private readonly HttpClient _client;

    // What the server called this version of the archive, to be sure that a second request goes on with the same.
    private EntityTagHeaderValue? _version;

    public ArchiveDownload(RemoteArchive archive, string file, IProgress<DownloadProgress>? progress)
    {
        _archive = archive;
        _file = file;
        _progress = progress;
        _client = new HttpClient(new SocketsHttpHandler { ConnectTimeout = archive.ConnectTimeout })
        {
            // Each wait has a limit of its own: a slow line may take as long as it takes.
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("CifarFast", null));
    }

    private long Received => File.Exists(_file) ? new FileInfo(_file).Length : 0;

    /// <summary>Fills the file and checks its hash; what it holds afterwards is the archive and nothing else.</summary>
    /// <exception cref="DataException">The archive is not to be had, or what came is not the archive; then the file is gone.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; what came so far is kept for the next time.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        long atStart = Received;
        await ReceiveAsync(cancellation).ConfigureAwait(false);
        if (await HasRightHashAsync(cancellation).ConfigureAwait(false))
        {
            return;
        }

        File.Delete(_file);
        if (atStart > 0)
        {
            // What was left from the last time may be what is wrong: start afresh, once.
            _version = null;
            await ReceiveAsync(cancellation).ConfigureAwait(false);
            if (await HasRightHashAsync(cancellation).ConfigureAwait(false))
            {
                return;
            }

            File.Delete(_file);
        }

        throw new DataException(
            $"{_archive.DisplayAddress} sent something else than {_archive.Name}: its SHA-256 is not {_archive.Sha256}; it was deleted");
    }

    public void Dispose() => _client.Dispose();

    /// <summary>Transfers until all bytes are there; goes on after a cut as long as that gets anywhere.</summary>
    private async Task ReceiveAsync(CancellationToken cancellation)
    {
        if (Received > _archive.Bytes)
        {
            File.Delete(_file);
        }

        int failures = 0;
        while (Received < _archive.Bytes)
        {
            long before = Received;
            try
            {
                await TransferAsync(before, cancellation).ConfigureAwait(false);
            }
            catch (BrokenTransferException exception)
            {
                failures = Received - before >= Math.Max(1, _archive.Bytes / 100) ? 1 : failures + 1;
                if (failures > _archive.Retries)
                {
                    throw new DataException(
                        $"{_archive.DisplayAddress} {exception.Message} after {Received:N0} of {_archive.Bytes:N0} bytes; the next try goes on from there", exception);
                }

                await Task.Delay(_archive.RetryDelay * failures, cancellation).ConfigureAwait(false);
            }
        }

        _progress?.Report(new DownloadProgress(_archive.Bytes, _archive.Bytes));
    }

    private async Task TransferAsync(long offset, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _archive.Address);
        if (offset > 0)
        {
            request.Headers.Range = new RangeHeaderValue(offset, null);
            if (_version is { IsWeak: false })
            {
                request.Headers.IfRange = new RangeConditionHeaderValue(_version);
            }
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using HttpResponseMessage response = await SendAsync(request, patience, cancellation).ConfigureAwait(false);
        offset = CheckAnswer(response, offset);
        _version = response.Headers.ETag;

        var file = new FileStream(_file, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0, useAsync: true);
        await using (file.ConfigureAwait(false))
        {
            file.SetLength(offset);
            file.Position = offset;
            await CopyAsync(response, file, patience, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationTokenSource patience, CancellationToken cancellation)
    {
        patience.CancelAfter(_archive.ConnectTimeout + _archive.StallTimeout);
        try
        {
            return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellation.IsCancellationRequested)
        {
            // Neither a server out of reach nor one that does not answer gets better by waiting as long again.
            throw new DataException($"{_archive.DisplayAddress} did not answer in time", exception);
        }
        catch (HttpRequestException exception) when (exception.InnerException is IOException)
        {
            // There was a connection, so there may be one again.
            throw new BrokenTransferException("closed the connection without an answer", exception);
        }
        catch (HttpRequestException exception)
        {
            throw new DataException($"{_archive.DisplayAddress} cannot be reached: {exception.Message}", exception);
        }
    }

    /// <summary>Finds out from the head of an answer whether the archive follows, and from which byte.</summary>
    private long CheckAnswer(HttpResponseMessage response, long offset)
    {
        HttpStatusCode status = response.StatusCode;
        if (status == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            // The server's archive is no longer than what is here already: that was never a piece of it.
            File.Delete(_file);
            throw new BrokenTransferException("has a shorter archive than expected");
        }

        if (status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError)
        {
            throw new BrokenTransferException($"answered {(int)status} {status}");
        }

        if (status is not (HttpStatusCode.OK or HttpStatusCode.PartialContent))
        {
            throw new DataException($"{_archive.DisplayAddress} answered {(int)status} {status}");
        }

        // A server may ignore the wish for a range and send everything.
        long start = 0;
        long? total = response.Content.Headers.ContentLength;
        if (status == HttpStatusCode.PartialContent)
        {
            ContentRangeHeaderValue? range = response.Content.Headers.ContentRange;
            if (offset == 0 || range?.From != offset)
            {
                throw new DataException($"{_archive.DisplayAddress} sent another part of the archive than the one asked for");
            }

            start = offset;
            total = range.Length;
        }

        if (total is { } bytes && bytes != _archive.Bytes)
        {
            throw new DataException(
                $"{_archive.DisplayAddress} has {Quantity.Of(bytes, "byte")}, expected the {_archive.Bytes:N0} of {_archive.Name}");
        }

        return start;
    }

    private async Task CopyAsync(HttpResponseMessage response, FileStream file, CancellationTokenSource patience, CancellationToken cancellation)
    {
        using var buffer = MemoryOwner<byte>.Allocate(BufferBytes);
        Stream body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        while (file.Position < _archive.Bytes)
        {
            int wanted = (int)Math.Min(buffer.Length, _archive.Bytes - file.Position);
            int count = await ReadAsync(body, buffer.Memory[..wanted], patience, cancellation).ConfigureAwait(false);
            await file.WriteAsync(buffer.Memory[..count], cancellation).ConfigureAwait(false);
            _progress?.Report(new DownloadProgress(file.Position, _archive.Bytes));
        }
    }

    private async Task<int> ReadAsync(Stream body, Memory<byte> buffer, CancellationTokenSource patience, CancellationToken cancellation)
    {
        patience.CancelAfter(_archive.StallTimeout);
        try
        {
            int count = await body.ReadAsync(buffer, patience.Token).ConfigureAwait(false);
            return count > 0 ? count : throw new BrokenTransferException("stopped sending");
        }
        catch (OperationCanceledException exception) when (!cancellation.IsCancellationRequested)
        {
            throw new BrokenTransferException($"sent nothing for {_archive.StallTimeout.TotalSeconds:0.#} s", exception);
        }
        catch (IOException exception) when (!cancellation.IsCancellationRequested)
        {
            throw new BrokenTransferException("cut the connection", exception);
        }
    }

    private async Task<bool> HasRightHashAsync(CancellationToken cancellation)
    {
        var file = new FileStream(_file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan | FileOptions.Asynchronous);
        await using (file.ConfigureAwait(false))
        {
            byte[] hash = await SHA256.HashDataAsync(file, cancellation).ConfigureAwait(false);
            return Convert.ToHexStringLower(hash) == _archive.Sha256;
        }
    }
}
