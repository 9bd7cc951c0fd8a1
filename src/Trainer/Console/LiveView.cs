using CifarFast.Engine.Recipes;
using CifarFast.Engine.Training;
using CifarFast.Trainer.Runs;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace CifarFast.Trainer.Console;

/// <summary>
/// The view on a terminal: a table of epochs that grows, and under it, redrawn a few times a second, how far the epoch is and the
/// curve of the loss. What is known is only noted down when the run tells of it; a timer draws, so that drawing costs the same
/// whatever the length of a step, and the window may change its size in the middle of one.
/// </summary>
internal sealed class LiveView : ITrainingView
{
    private const int CurveHeight = 6;
    private const int MaxWidth = 120;

    /// <summary>Rows that wait for one that is better; more would push the rest out of the window.</summary>
    private const int MaxRows = 10;

    /// <summary>Lines beside rows and curve: heads, progress, and what sets them apart.</summary>
    private const int LinesBesides = 5;

    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(0.2);

    /// <summary>Of steps that take longer, progress is shown.</summary>
    private static readonly TimeSpan _longStep = TimeSpan.FromSeconds(1);

    private static readonly Style _heads = new(Color.Grey);
    private static readonly Style _best = new(Color.Green);

    private readonly Lock _lock = new();
    private readonly IAnsiConsole _console;
    private readonly LiveRegion _region;
    private readonly Recipe _recipe;
    private readonly bool _validates;
    private readonly Func<double> _batchesDone;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly BestEpochTracker _tracker;
    private readonly List<(long Step, double Loss)> _losses = [];

    /// <summary>The loss of every batch, which makes the curve until there are two of <see cref="_losses"/>.</summary>
    private readonly List<(long Step, double Loss)> _firstLosses = [];

    /// <summary>Rows that are not printed yet: from the best epoch on, as its mark goes with the next one that is better.</summary>
    private readonly Queue<EpochMetrics> _rows = new();

    private EpochMetrics? _last;
    private EpochProgress? _progress;
    private long _stepStarted;
    private bool _lastStepWasLong;
    private string? _printedHeads;
    private bool _isOver;

    private LiveView(IAnsiConsole console, Recipe recipe, bool validates, TrainingState earlier, Func<double> batchesDone, TimeProvider time)
    {
        _console = console;
        _region = new LiveRegion(console);
        _recipe = recipe;
        _validates = validates;
        _batchesDone = batchesDone;
        _time = time;
        _stepStarted = time.GetTimestamp();
        _tracker = new BestEpochTracker(recipe);
        foreach (EpochMetrics epoch in earlier.Epochs)
        {
            Add(epoch);
        }

        _losses.AddRange(earlier.Batches.Select(row => (row.Step, row.Loss)));
        _timer = time.CreateTimer(_ => Tick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Tick();
    }

    private bool HasFewLosses => _losses.Count < 2;

    private bool StepHasTakenLong => _time.GetElapsedTime(_stepStarted) > _longStep;

    private bool IsUnicode => _console.Profile.Capabilities.Unicode;

    /// <summary>Runs <paramref name="train"/> with the view.</summary>
    /// <param name="console">The terminal.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="validates">Whether there are images held out, whose figures want columns.</param>
    /// <param name="earlier">Where the run stands: what it did before is shown too.</param>
    /// <param name="batchesDone">Tells how many batches of the epoch are done, with the share of the one under way.</param>
    /// <param name="train">Trains.</param>
    /// <param name="time">Tells when to draw.</param>
    public static TrainingResult Show(
        IAnsiConsole console,
        Recipe recipe,
        bool validates,
        TrainingState earlier,
        Func<double> batchesDone,
        Func<ITrainingView, TrainingResult> train,
        TimeProvider? time = null)
    {
        var view = new LiveView(console, recipe, validates, earlier, batchesDone, time ?? TimeProvider.System);
        try
        {
            return train(view);
        }
        finally
        {
            view.End();
        }
    }

    public void EpochStarted(int epoch, int batches)
    {
        lock (_lock)
        {
            _progress = new EpochProgress(epoch, _recipe.EpochCount, batches);
            _stepStarted = _time.GetTimestamp();
        }
    }

    public void StepCompleted(in BatchProgress progress)
    {
        lock (_lock)
        {
            _lastStepWasLong = StepHasTakenLong;
            _stepStarted = _time.GetTimestamp();
            _progress = new EpochProgress(progress.Epoch, _recipe.EpochCount, progress.Batches)
            {
                Batch = progress,
                Loss = RecipeText.Loss(_recipe),
                Accuracy = RecipeText.Accuracy(_recipe),
                SecondsLeft = TimeLeft.OfEpoch(progress, _recipe.BatchSize),
                SecondsLeftOfRun = TimeLeft.OfRun(progress, _recipe, _last),
            };
            if (HasFewLosses)
            {
                _firstLosses.Add((progress.Step, progress.BatchLoss));
            }
        }
    }

    public void BatchesCompleted(BatchMetrics metrics)
    {
        lock (_lock)
        {
            _losses.Add((metrics.Step, metrics.Loss));
        }
    }

    public void Evaluating(int epoch, int done, int total)
    {
        lock (_lock)
        {
            _progress = (_progress ?? new EpochProgress(epoch, _recipe.EpochCount, 0)) with { Evaluated = (done, total) };
        }
    }

    public void EpochCompleted(EpochMetrics metrics)
    {
        lock (_lock)
        {
            Add(metrics);
        }
    }

    public void Note(string message)
    {
        lock (_lock)
        {
            if (_isOver)
            {
                _console.Profile.Out.Writer.WriteLine(message);
                return;
            }

            // Spectre never ends to look for room for a character that is wider than the line.
            string fitting = _region.LineWidth > 1 ? message : string.Concat(message.EnumerateRunes().Select(
                rune => new Segment($"{rune}").CellCount() > 1 ? "?" : $"{rune}"));
            RenderOptions options = RenderOptions.Create(_console, _console.Profile.Capabilities);
            Draw(Segment.SplitLines(((IRenderable)new Text(fitting)).Render(options, _region.LineWidth)));
        }
    }

    public void Warn(string message) => Note($"cifarfast: WARNING: {message}");

    /// <summary>Leaves table and curve behind and gives the terminal back. May be called from any thread, and more than once.</summary>
    public void End()
    {
        lock (_lock)
        {
            if (_isOver)
            {
                return;
            }

            _isOver = true;
            _timer.Dispose();
            IReadOnlyList<SegmentLine> curve = Curve();
            _region.End([.. Print(_rows.Count, marksBest: true), .. curve.Count > 0 ? Spaced(curve) : []]);
        }
    }

    private void Tick()
    {
        lock (_lock)
        {
            if (!_isOver)
            {
                Draw([]);

                // Set anew each time, so that a terminal that is slow to take what is drawn has none of it pile up.
                _timer.Change(_interval, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void Add(EpochMetrics metrics)
    {
        _tracker.Add(metrics);
        _rows.Enqueue(metrics);
        _last = metrics;
    }

    private void Draw(IReadOnlyList<SegmentLine> above)
    {
        int rowsThatFit = Math.Clamp(_region.Height - CurveHeight - LinesBesides, 0, MaxRows);
        int settled = _rows.Count > rowsThatFit ? _rows.Count : _rows.TakeWhile(row => row.Epoch != _tracker.BestEpoch).Count();

        // What is printed cannot lose its mark. One that was best for as many epochs as there is ever room for keeps it.
        List<SegmentLine> printed = Print(settled, marksBest: rowsThatFit == MaxRows);
        var table = new EpochTable(_validates, _region.LineWidth, _recipe);
        EpochProgress? progress = Progress();
        List<SegmentLine> lines =
        [
            .. table.Heads == _printedHeads ? [] : new[] { Heads(table) },
            .. _rows.Select(row => Row(table, row, IsBest(row))),
            .. progress is null ? [] : Spaced(progress.Draw(Math.Min(_region.LineWidth, MaxWidth), IsUnicode)),
        ];
        IReadOnlyList<SegmentLine> curve = Curve();
        if (curve.Count > 0 && lines.Count + 1 + curve.Count <= _region.Height)
        {
            lines.AddRange(Spaced(curve));
        }

        _region.Draw([.. above, .. printed], lines);
    }

    /// <summary>Takes the first rows to be printed for good, under heads unless those above are still right.</summary>
    /// <param name="count">How many.</param>
    /// <param name="marksBest">Whether the best of them is marked.</param>
    private List<SegmentLine> Print(int count, bool marksBest)
    {
        List<SegmentLine> lines = [];
        var table = new EpochTable(_validates, _region.LineWidth, _recipe);
        if (count > 0 && table.Heads != _printedHeads)
        {
            lines.Add(Heads(table));
            _printedHeads = table.Heads;
        }

        for (int i = 0; i < count; i++)
        {
            EpochMetrics row = _rows.Dequeue();
            lines.Add(Row(table, row, marksBest && IsBest(row)));
        }

        return lines;
    }

    /// <summary>How far the epoch is, where steps are long in the middle of one.</summary>
    private EpochProgress? Progress() => _progress is not null && (_lastStepWasLong || StepHasTakenLong)
        ? _progress with { BatchesDone = _batchesDone() }
        : _progress;

    private IReadOnlyList<SegmentLine> Curve() => LossCurve.Draw(HasFewLosses ? _firstLosses : _losses, Math.Min(_region.LineWidth, MaxWidth), CurveHeight, IsUnicode);

    private bool IsBest(EpochMetrics epoch) => epoch.Epoch == _tracker.BestEpoch;

    private static SegmentLine Row(EpochTable table, EpochMetrics epoch, bool isBest) => [new(table.Row(epoch, isBest), isBest ? _best : Style.Plain)];

    private static SegmentLine Heads(EpochTable table) => [new(table.Heads, _heads)];

    private static IEnumerable<SegmentLine> Spaced(IEnumerable<SegmentLine> lines) => lines.Prepend([]);
}
