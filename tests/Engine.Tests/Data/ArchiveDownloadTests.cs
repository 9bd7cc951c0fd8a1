using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using CifarFast.Engine.Data;
using CifarFast.Engine.Randomness;

namespace CifarFast.Engine.Tests.Data;

public sealed class ArchiveDownloadTests : IDisposable
{
    /// <summary>For what is never to happen, and is waited for in vain.</summary>
    private static readonly TimeSpan _impatient = TimeSpan.FromMilliseconds(200);

    private static readonly byte[] _content = MakeContent();

    private readonly TemporaryDirectory _temporary = new();

    private string Partial => _temporary.Below("archive.partial");

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Downloads_everything_and_says_how_far_it_is(bool hidesLength)
    {
        using var server = new FaultyServer(_content, new Answer { HidesLength = hidesLength });
        var progress = new ProgressLog();
        await DownloadAsync(server, progress: progress);
        AssertComplete();
        Assert.DoesNotContain("Range:", Assert.Single(server.Requests));
        Assert.All(progress.Reports, report => Assert.Equal(_content.Length, report.Total));
        Assert.Equal(progress.Reports.Select(report => report.Received).Order(), progress.Reports.Select(report => report.Received));
        Assert.Equal(_content.Length, progress.Reports[^1].Received);
    }

    [Fact]
    public async Task Goes_on_after_a_cut_with_the_same_version()
    {
        using var server = new FaultyServer(_content, new Answer { CutAfter = 100_000, Version = "v1" }, new Answer { Version = "v1" });
        await DownloadAsync(server);
        AssertComplete();
        Assert.Equal(2, server.Requests.Count);
        Assert.Contains("Range: bytes=100000-\r\n", server.Requests.Last());
        Assert.Contains("If-Range: \"v1\"\r\n", server.Requests.Last());
    }

    [Fact]
    public async Task Goes_on_where_an_earlier_download_stopped()
    {
        File.WriteAllBytes(Partial, _content[..12_345]);
        using var server = new FaultyServer(_content);
        var progress = new ProgressLog();
        await DownloadAsync(server, progress: progress);
        AssertComplete();
        Assert.Contains("Range: bytes=12345-\r\n", Assert.Single(server.Requests));
        Assert.True(progress.Reports[0].Received > 12_345);
    }

    [Fact]
    public async Task Needs_no_server_where_everything_is_there()
    {
        File.WriteAllBytes(Partial, _content);
        using var server = new FaultyServer(_content, new Answer { Status = 500 });
        await DownloadAsync(server);
        AssertComplete();
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Starts_over_where_the_server_ignores_the_range()
    {
        File.WriteAllBytes(Partial, new byte[50_000]);
        using var server = new FaultyServer(_content, new Answer { HonoursRange = false });
        await DownloadAsync(server);
        AssertComplete();
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Starts_over_once_where_the_earlier_part_was_of_something_else()
    {
        File.WriteAllBytes(Partial, new byte[50_000]);
        using var server = new FaultyServer(_content);
        await DownloadAsync(server);
        AssertComplete();
        Assert.Equal(2, server.Requests.Count);
        Assert.DoesNotContain("Range:", server.Requests.Last());
    }

    [Fact]
    public async Task Deletes_an_earlier_part_that_is_too_long()
    {
        File.WriteAllBytes(Partial, new byte[_content.Length + 1]);
        using var server = new FaultyServer(_content);
        await DownloadAsync(server);
        AssertComplete();
    }

    [Fact]
    public async Task Gets_over_errors_that_pass()
    {
        using var server = new FaultyServer(_content, new Answer { Status = 503 }, new Answer { Mute = true }, new Answer());
        await DownloadAsync(server);
        AssertComplete();
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task Goes_on_over_any_number_of_cuts_while_it_gets_anywhere()
    {
        using var server = new FaultyServer(_content, new Answer { CutAfter = 20_000 });
        await DownloadAsync(server);
        AssertComplete();
        Assert.Equal(15, server.Requests.Count);
    }

    [Fact]
    public async Task Gives_up_after_some_cuts_that_brought_nothing_and_keeps_what_it_has()
    {
        using var server = new FaultyServer(_content, new Answer { CutAfter = 90_000 }, new Answer { CutAfter = 0 });
        await AssertFailsAsync(server, "after 90,000 of 300,000 bytes", "goes on from there");
        Assert.Equal(3, server.Requests.Count);
        Assert.Equal(_content[..90_000], File.ReadAllBytes(Partial));
    }

    [Fact]
    public async Task Deletes_what_has_the_wrong_hash()
    {
        using var server = new FaultyServer([.. _content[..^1], (byte)(_content[^1] ^ 1)]);
        await AssertFailsAsync(server, "SHA-256", "deleted");
        Assert.False(File.Exists(Partial));
    }

    [Theory]
    [InlineData(299_999)]
    [InlineData(300_001)]
    public async Task Refuses_an_archive_of_another_size_before_it_is_there(int bytes)
    {
        using var server = new FaultyServer(new byte[bytes]);
        await AssertFailsAsync(server, $"has {bytes:N0} bytes, expected the 300,000");
        Assert.False(File.Exists(Partial));
    }

    [Fact]
    public async Task Refuses_a_part_of_an_archive_of_another_size()
    {
        File.WriteAllBytes(Partial, _content[..1000]);
        using var server = new FaultyServer([.. _content, 1]);
        await AssertFailsAsync(server, "has 300,001 bytes");
    }

    [Fact]
    public async Task Refuses_a_part_that_begins_elsewhere()
    {
        File.WriteAllBytes(Partial, _content[..1000]);
        using var server = new FaultyServer(_content, new Answer { ClaimedStart = 999 });
        await AssertFailsAsync(server, "another part");
        Assert.Equal(_content[..1000], File.ReadAllBytes(Partial));
    }

    [Fact]
    public async Task Starts_over_where_the_server_has_less_than_is_here()
    {
        File.WriteAllBytes(Partial, _content[..200_000]);
        using var server = new FaultyServer(_content, new Answer { Content = new byte[100] }, new Answer());
        await DownloadAsync(server);
        AssertComplete();
        Assert.DoesNotContain("Range:", server.Requests.Last());
    }

    [Theory]
    [InlineData(404, "404 NotFound")]
    [InlineData(403, "403 Forbidden")]
    [InlineData(204, "204 NoContent")]
    public async Task Gives_up_at_once_where_there_is_no_archive(int status, string expected)
    {
        using var server = new FaultyServer(_content, new Answer { Status = status });
        await AssertFailsAsync(server, expected);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Tries_again_and_gives_up_where_the_server_is_broken()
    {
        using var server = new FaultyServer(_content, new Answer { Status = 500 });
        await AssertFailsAsync(server, "500 InternalServerError");
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task Gives_up_where_nothing_comes_any_more_and_keeps_what_it_has()
    {
        File.WriteAllBytes(Partial, _content[..1000]);
        using var server = new FaultyServer(_content, new Answer { StallAfter = 0 });
        await AssertFailsAsync(Archive(server.Address) with { StallTimeout = _impatient }, "sent nothing for 0.2 s after 1,000 of 300,000 bytes");
        Assert.Equal(3, server.Requests.Count);
        Assert.Equal(_content[..1000], File.ReadAllBytes(Partial));
    }

    [Fact]
    public async Task Gives_up_at_once_where_there_is_no_answer()
    {
        using var server = new FaultyServer(_content, new Answer { Mute = true, StallAfter = 0 });
        await AssertFailsAsync(Archive(server.Address) with { ConnectTimeout = _impatient, StallTimeout = _impatient }, "did not answer in time");
        Assert.InRange(server.Requests.Count, 0, 1);
    }

    [Fact]
    public async Task Gives_up_at_once_where_the_connection_is_refused()
    {
        // A port that is taken, so that no server of another test gets it.
        using var silent = new Socket(SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await AssertFailsAsync(Archive(new Uri($"http://{silent.LocalEndPoint}/")), "cannot be reached");
    }

    [Fact]
    public async Task Stops_when_cancelled_and_keeps_what_it_has()
    {
        using var server = new FaultyServer(_content, new Answer { StallAfter = 40_000 });
        using var cancellation = new CancellationTokenSource();
        var progress = new ProgressLog(report =>
        {
            if (report.Received == 40_000)
            {
                cancellation.Cancel();
            }
        });
        using var download = new ArchiveDownload(Archive(server.Address), Partial, progress);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => download.RunAsync(cancellation.Token));
        Assert.Equal(_content[..40_000], File.ReadAllBytes(Partial));
    }

    [Fact]
    public void Shows_no_secret_of_an_address()
    {
        RemoteArchive archive = RemoteArchive.Cifar10 with { Address = new Uri("https://me:secret@mirror.example/set.tar.gz?key=secret") };
        Assert.Equal("https://mirror.example/set.tar.gz", archive.DisplayAddress);
    }

    private static RemoteArchive Archive(Uri address) => new()
    {
        Name = CifarFormat.Cifar10.ArchiveName,
        Address = address,
        Bytes = _content.Length,
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(_content)),
        RetryDelay = TimeSpan.FromMilliseconds(1),
        ConnectTimeout = Hang.Limit,
        StallTimeout = Hang.Limit,
    };

    private static byte[] MakeContent()
    {
        byte[] content = new byte[300_000];
        var random = new Xoshiro256(11);
        for (int i = 0; i < content.Length; i++)
        {
            content[i] = (byte)random.NextInt32(256);
        }

        return content;
    }

    private async Task DownloadAsync(FaultyServer server, IProgress<DownloadProgress>? progress = null)
    {
        using var download = new ArchiveDownload(Archive(server.Address), Partial, progress);
        await download.RunAsync(TestContext.Current.CancellationToken);
    }

    private Task AssertFailsAsync(FaultyServer server, params string[] expected) => AssertFailsAsync(Archive(server.Address), expected);

    private async Task AssertFailsAsync(RemoteArchive archive, params string[] expected)
    {
        using var download = new ArchiveDownload(archive, Partial, progress: null);
        DataException exception = await Assert.ThrowsAsync<DataException>(() => download.RunAsync(TestContext.Current.CancellationToken));
        Assert.All([.. expected, archive.Address.ToString()], part => Assert.Contains(part, exception.Message));
        Assert.DoesNotContain('\n', exception.Message);
    }

    private void AssertComplete() => Assert.Equal(_content, File.ReadAllBytes(Partial));
}
