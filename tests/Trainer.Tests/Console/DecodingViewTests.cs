using CifarFast.Engine.Tests.Data;
using CifarFast.Trainer.Console;
using CifarFast.Trainer.Images;
using CifarFast.Trainer.Runs;
using CifarFast.Trainer.Tests.Images;
using Microsoft.Extensions.Time.Testing;
using Spectre.Console.Testing;

namespace CifarFast.Trainer.Tests.Console;

public sealed class DecodingViewTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly TestConsole _console = new TestConsole().Width(80).Height(30).Interactive().EmitAnsiSequences();
    private readonly StringWriter _error = new();
    private readonly TemporaryDirectory _temporary = new();
    private readonly PictureDataset _dataset;

    public DecodingViewTests()
    {
        var tree = new PictureTree(_temporary.Below("pictures"));
        tree.Draw("a/1.png", 0, 1);
        tree.Draw("b/1.png", 1, 1);
        _dataset = PictureDataset.Load(new PictureRequest(tree.Folder, PictureSettings.Default, Seed: 1, CacheDirectory: null), progress: null, CancellationToken.None);
    }

    public void Dispose()
    {
        _temporary.Dispose();
        _console.Dispose();
        _error.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void NothingIsShownWhereNothingIsDecoded(bool live)
    {
        Assert.Same(_dataset, Show(_ => { }, live));
        Assert.Equal("", _console.Output + _error);
    }

    [Fact]
    public void ABarAndFiguresAreShownWhateverTheOrderOfReports() => Show(
        report =>
        {
            report(new PictureProgress(1, 50_000));
            _time.Advance(TimeSpan.FromSeconds(1));
            report(new PictureProgress(10_001, 50_000));
            string[] shown = Lines();
            Assert.Equal("pictures ━━━━━────────────────────  20%  10,001/50,000  10,000/s  0:04 left", Assert.Single(shown));
            _time.Advance(TimeSpan.FromSeconds(1));
            report(new PictureProgress(9_000, 50_000));
            Assert.Equal(shown, Lines());
            report(new PictureProgress(50_000, 50_000));
            Assert.Empty(Lines());
        },
        live: true);

    [Fact]
    public void WithoutATerminalThereIsALineEveryFewSeconds()
    {
        Show(
            report =>
            {
                for (int i = 1; i <= 12; i++)
                {
                    _time.Advance(TimeSpan.FromSeconds(1));
                    report(new PictureProgress(1000 * i, 12_000));
                }
            },
            live: false);
        Assert.Equal(["decoding pictures: 5,000 of 12,000", "decoding pictures: 10,000 of 12,000"], _error.ToString().TrimEnd().ReplaceLineEndings("\n").Split('\n'));
    }

    private string[] Lines() => [.. new Screen(80, _console.Output).Lines.Where(line => line.Length > 0)];

    private PictureDataset Show(Action<Action<PictureProgress>> work, bool live)
    {
        var session = new Session(_console, TextWriter.Null, _error, Stream.Null, "");
        return DecodingView.Show(
            session,
            live,
            report =>
            {
                work(report);
                return _dataset;
            },
            _time);
    }
}
