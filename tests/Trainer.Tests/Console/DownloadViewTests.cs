using CifarFast.Engine.Data;
using CifarFast.Trainer.Console;
using Microsoft.Extensions.Time.Testing;
using Spectre.Console.Testing;

namespace CifarFast.Trainer.Tests.Console;

public sealed class DownloadViewTests : IDisposable
{
    private const long Total = 170_498_071;

    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(0.2);
    private static readonly LoadedDataset _loaded = new(SyntheticImages.Create(1, train: 1, test: 1), "drawn", Warning: null);

    private readonly FakeTimeProvider _time = new();
    private readonly TestConsole _console = new TestConsole().Width(80).Height(30).Interactive().EmitAnsiSequences();
    private readonly StringWriter _error = new();

    public static TheoryData<int> Widths => [.. Enumerable.Range(1, 40), 56, 57, 80, 200];

    public void Dispose()
    {
        _console.Dispose();
        _error.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Shows_nothing_where_nothing_is_downloaded(bool live)
    {
        Assert.Same(_loaded, Show(_ => { }, live));
        Assert.Equal("", _console.Output + _error);
    }

    [Fact]
    public void Shows_a_bar_and_figures() => Show(progress =>
    {
        progress.Report(new DownloadProgress(0, Total));
        Assert.Equal(["CIFAR-10 ───────────────────────────  0%  0/170 MB"], Lines(80));
        Tick(progress, Total / 2);
        Assert.Equal(["CIFAR-10 ━━━━━━━━━━━━━──────────────  49%  85/170 MB  426.2 MB/s  0:01 left"], Lines(80));
        Assert.False(new Screen(80, _console.Output).HasCursor);
    });

    [Theory]
    [InlineData(2, "")]
    [InlineData(6, "49%")]
    [InlineData(11, "49%")]
    [InlineData(15, "CIFAR-10  49%")]
    [InlineData(25, "CIFAR-10  49%  85/170 MB")]
    [InlineData(40, "CIFAR-10  49%  85/170 MB  0:01 left")]
    [InlineData(56, "CIFAR-10  49%  85/170 MB  426.2 MB/s  0:01 left")]
    [InlineData(57, "CIFAR-10 ━───  49%  85/170 MB  426.2 MB/s  0:01 left")]
    public void Does_without_a_bar_and_figures_for_which_there_is_no_room(int width, string line)
    {
        _console.Width(width);
        Show(progress =>
        {
            progress.Report(new DownloadProgress(0, Total));
            Tick(progress, Total / 2);
            Assert.Equal(line, string.Concat(Lines(width)));
        });
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void No_line_is_wider_than_the_window_and_none_is_left_behind(int width)
    {
        _console.Width(width);
        Show(progress =>
        {
            // A transfer that was cut begins again.
            foreach (long received in (long[])[0, 1, 1_000_000, Total - 1, Total, 0, Total / 3, Total - 1])
            {
                Tick(progress, received);
                Assert.All(Lines(width), line => Assert.InRange(line.Length, 0, Math.Max(1, width - 1)));
            }
        });

        AssertNothingIsLeft(new Screen(width, _console.Output));
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Leaves_nothing_behind_when_the_window_changes_its_width(int width)
    {
        var screen = new Screen(80, "");
        int shown = 0;
        void Update()
        {
            screen.Show(_console.Output[shown..]);
            shown = _console.Output.Length;
        }

        Show(progress =>
        {
            progress.Report(new DownloadProgress(0, Total));
            foreach (int next in new[] { width, 80, width })
            {
                Update();
                _console.Width(next);
                screen.Resize(next);
                Tick(progress, Total / 2);
                Update();
                Assert.InRange(screen.Lines.Length, 0, 1);
            }
        });

        Update();
        AssertNothingIsLeft(screen);
    }

    [Fact]
    public void Draws_at_most_five_times_a_second() => Show(progress =>
    {
        progress.Report(new DownloadProgress(0, Total));
        int before = _console.Output.Length;
        _time.Advance(_interval - TimeSpan.FromTicks(1));
        progress.Report(new DownloadProgress(1000, Total));
        Assert.Equal(before, _console.Output.Length);
        _time.Advance(TimeSpan.FromTicks(1));
        progress.Report(new DownloadProgress(2000, Total));
        Assert.NotEqual(before, _console.Output.Length);
    });

    [Fact]
    public void Does_not_count_what_an_earlier_download_left_as_fast() => Show(progress =>
    {
        progress.Report(new DownloadProgress(100_000_000, Total));
        Tick(progress, 100_200_000);
        Assert.EndsWith("58%  100/170 MB  1.0 MB/s  1:11 left", Assert.Single(Lines(80)));
    });

    [Fact]
    public void Is_gone_when_all_is_received() => Show(progress =>
    {
        progress.Report(new DownloadProgress(1, Total));
        progress.Report(new DownloadProgress(Total, Total));
        AssertNothingIsLeft(new Screen(80, _console.Output));
    });

    [Fact]
    public void Leaves_a_clean_terminal_when_the_download_fails()
    {
        Assert.Throws<OperationCanceledException>(() => Show(progress =>
        {
            progress.Report(new DownloadProgress(1, Total));
            throw new OperationCanceledException();
        }));

        AssertNothingIsLeft(new Screen(80, _console.Output));
    }

    [Fact]
    public void Writes_a_line_every_tenth_where_there_is_no_terminal()
    {
        Show(
            progress =>
            {
                for (int hundredth = 0; hundredth <= 100; hundredth++)
                {
                    progress.Report(new DownloadProgress(Total * hundredth / 100, Total));
                }
            },
            live: false);

        string[] lines = _error.ToString().TrimEnd().Split(Environment.NewLine);
        Assert.Equal(11, lines.Length);
        Assert.Equal(("downloading CIFAR-10: 0 of 170 MB", "downloading CIFAR-10: 170 of 170 MB"), (lines[0], lines[^1]));
        Assert.Equal("", _console.Output);
    }

    private static void AssertNothingIsLeft(Screen screen)
    {
        Assert.Empty(screen.Lines);
        Assert.True(screen.HasCursor);
    }

    private string[] Lines(int width) => new Screen(width, _console.Output).Lines;

    private void Tick(IProgress<DownloadProgress> progress, long received)
    {
        _time.Advance(_interval);
        progress.Report(new DownloadProgress(received, Total));
    }

    private LoadedDataset Show(Action<IProgress<DownloadProgress>> events, bool live = true) => DownloadView.Show(
        new Session(_console, TextWriter.Null, _error, Stream.Null, "cifarfast"),
        live,
        "CIFAR-10",
        progress =>
        {
            events(progress);
            return _loaded;
        },
        _time);
}
