namespace CifarFast.Engine.Training;

/// <summary>
/// Where a run stands between two steps: with the weights and the optimizer's buffers, all it takes to go on. The order of the
/// images is not part of it, as an epoch draws its own from the seed and its number.
/// </summary>
public sealed class TrainingState
{
    /// <summary>Far more than anybody trains; it bounds what a foreign file can make us allocate.</summary>
    private const int MaxImportedEpochs = 100_000;

    private readonly List<EpochMetrics> _epochs = [];
    private readonly List<BatchMetrics> _batches = [];

    /// <summary>The start of a run.</summary>
    public TrainingState()
    {
    }

    /// <summary>The state of a run that was begun earlier; <see cref="Check"/> tells whether it can be.</summary>
    internal TrainingState(
        int batch,
        RunningMetrics epochSoFar,
        RunningMetrics windowSoFar,
        double seconds,
        IEnumerable<EpochMetrics> epochs,
        IEnumerable<BatchMetrics> batches,
        (int Epoch, int Batch)? recordedFrom = null,
        int rowInterval = BatchMetrics.MaxInterval)
    {
        Batch = batch;
        EpochSoFar = epochSoFar;
        WindowSoFar = windowSoFar;
        Seconds = seconds;
        _epochs.AddRange(epochs);
        _batches.AddRange(batches);
        RecordedFrom = recordedFrom ?? (1, 0);
        RowInterval = rowInterval;
    }

    /// <summary>
    /// The state of a run that another program began: of what came before, only what it noted down of its epochs is known, and rows
    /// and sums begin where this program resumes it.
    /// </summary>
    /// <param name="epochs">How many epochs are done.</param>
    /// <param name="batch">How many batches of the next one are done.</param>
    /// <param name="batchesOfEpoch">How many batches an epoch has.</param>
    /// <param name="trainLosses">The mean training loss of each epoch; where there are more or fewer than epochs they are not used.</param>
    /// <param name="trainAccuracies">The training accuracy of each epoch, alike.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative, there are more epochs than anybody trains, or the epoch has not so many batches.</exception>
    internal static TrainingState Imported(
        int epochs, int batch, int batchesOfEpoch, IReadOnlyList<double> trainLosses, IReadOnlyList<double> trainAccuracies)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epochs);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(epochs, MaxImportedEpochs);
        ArgumentOutOfRangeException.ThrowIfNegative(batch);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batch, batchesOfEpoch);
        double Of(IReadOnlyList<double> history, int epoch, Func<double, bool> isPossible) =>
            history.Count == epochs && isPossible(history[epoch]) ? history[epoch] : double.NaN;

        IEnumerable<EpochMetrics> rows = Enumerable.Range(0, epochs).Select(epoch => new EpochMetrics(
            epoch + 1,
            (epoch + 1L) * batchesOfEpoch,
            Of(trainLosses, epoch, double.IsFinite),
            Of(trainAccuracies, epoch, IsShare),
            double.NaN,
            double.NaN,
            double.NaN,
            double.NaN,
            LearningRate: 0,
            Seconds: 0,
            TrainSeconds: 0,
            ImagesPerSecond: 0));
        return new TrainingState(batch, default, default, 0, rows, [], (epochs + 1, batch));
    }

    /// <summary>The epoch that is under way, from 1.</summary>
    public int Epoch => _epochs.Count + 1;

    /// <summary>How many of its batches are done.</summary>
    public int Batch { get; private set; }

    /// <summary>The batches of the epoch that is under way.</summary>
    internal RunningMetrics EpochSoFar { get; private set; }

    /// <summary>The batches since the last of <see cref="Batches"/>, or since the epoch began.</summary>
    internal RunningMetrics WindowSoFar { get; private set; }

    /// <summary>How long the epoch that is under way took so far, with all that is not training.</summary>
    internal double Seconds { get; private set; }

    /// <summary>Where rows and sums begin: at the first batch of the first epoch, unless another program began the run.</summary>
    internal (int Epoch, int Batch) RecordedFrom { get; } = (1, 0);

    /// <summary>Whether this program has made no step of the run, so that all there is of it is another one's, or nothing.</summary>
    internal bool IsImported => RecordedFrom == (Epoch, Batch);

    /// <summary>The epochs that are done.</summary>
    public IReadOnlyList<EpochMetrics> Epochs => _epochs;

    /// <summary>The metrics of each <see cref="RowInterval"/> batches.</summary>
    public IReadOnlyList<BatchMetrics> Batches => _batches;

    /// <summary>How many batches each of <see cref="Batches"/> is of.</summary>
    public int RowInterval { get; private set; } = BatchMetrics.MaxInterval;

    /// <summary>Steps since the start of the run.</summary>
    public long Step => (_epochs.Count > 0 ? _epochs[^1].Step : 0) + Batch;

    /// <summary>Takes note of a batch; returns the row it completed, if it did.</summary>
    internal BatchMetrics? AddBatch(double lossSum, int correct, int images, double seconds, float learningRate)
    {
        Batch++;
        EpochSoFar = EpochSoFar.With(lossSum, correct, images, seconds);
        WindowSoFar = WindowSoFar.With(lossSum, correct, images, seconds);
        if (Batch % RowInterval != 0)
        {
            return null;
        }

        BatchMetrics row = UnfinishedRow(learningRate)!;
        _batches.Add(row);
        WindowSoFar = default;
        return row;
    }

    /// <summary>The metrics of the batches since the last row, or null where there are none.</summary>
    internal BatchMetrics? UnfinishedRow(float learningRate) => WindowSoFar == default ? null : new(
        Epoch, Batch, Step, WindowSoFar.Loss, WindowSoFar.Accuracy, WindowSoFar.ImagesPerSecond, learningRate);

    /// <summary>Has the rows be of as many batches as suits an epoch, unless some were counted by now: all rows of a run are alike.</summary>
    internal void ChooseRowInterval(int batchesOfEpoch)
    {
        if (IsImported)
        {
            RowInterval = BatchMetrics.IntervalOf(batchesOfEpoch);
        }
    }

    /// <summary>Takes note of time that passed within the epoch.</summary>
    internal void AddSeconds(double seconds) => Seconds += seconds;

    /// <summary>Ends the epoch.</summary>
    internal void AddEpoch(EpochMetrics metrics)
    {
        _epochs.Add(metrics);
        (Batch, EpochSoFar, WindowSoFar, Seconds) = (0, default, default, 0);
    }

    /// <summary>
    /// Makes sure that a run over <paramref name="images"/> images in batches of <paramref name="batchSize"/> can stand so, which has its last epoch
    /// end after <paramref name="totalSteps"/> steps, be it whole or not.
    /// </summary>
    /// <exception cref="FormatException">It cannot; the message says why.</exception>
    internal void Check(int images, int batchSize, long totalSteps = long.MaxValue)
    {
        int batches = (images + batchSize - 1) / batchSize;
        if (Step > totalSteps)
        {
            throw new FormatException($"it has made {Quantity.Of(Step, "step")}, and the epochs that were asked for come to {totalSteps}; ask for more");
        }

        int rowsOfEpoch = batches / RowInterval;
        long Rows(int epoch, int batch) => ((epoch - 1L) * rowsOfEpoch) + (batch / RowInterval);
        int recordedFrom = Epoch == RecordedFrom.Epoch ? RecordedFrom.Batch : 0;
        bool IsSum(RunningMetrics sum, int first) =>
            double.IsFinite(sum.LossSum) && IsTime(sum.Seconds) && (sum.Images > 0 || sum == default) &&
            sum.Images == ImagesOf(Batch) - ImagesOf(Math.Max(first, recordedFrom)) &&
            sum.Correct >= 0 && sum.Correct <= sum.Images;
        long ImagesOf(int batchesDone) => Math.Min(images, batchesDone * (long)batchSize);
        long firstRow = Rows(RecordedFrom.Epoch, RecordedFrom.Batch);

        // Behind an epoch that was not whole nothing comes.
        long missing = Batch > 0 || Epoch == 1 ? 0 : ((Epoch - 1L) * batches) - EndOf(Epoch - 1, batches, totalSteps);
        long rows = missing == 0 ? Rows(Epoch, Batch) : Rows(Epoch - 1, (int)(batches - missing));

        string? fault =
            Batch < 0 || Batch > batches ? $"batch {Batch} of {batches}"
            : !IsRecordedFromHere(batches) ? "where its record begins"
            : !IsSum(EpochSoFar, 0) || !IsSum(WindowSoFar, Batch / RowInterval * RowInterval) ? "its sums"
            : !IsTime(Seconds) ? "its time"
            : !_epochs.Select((epoch, i) => IsEpoch(epoch, i, batches, totalSteps)).All(right => right) ? "its epochs"
            : _batches.Count != rows - firstRow ? "its rows of batches"
            : !_batches.Select((row, i) => IsRow(row, (int)((firstRow + i) / rowsOfEpoch), (int)((firstRow + i) % rowsOfEpoch), batches)).All(right => right) ? "its rows of batches"
            : null;
        if (fault is not null)
        {
            throw new FormatException($"the state in it cannot be that of a run over {Quantity.Of(images, "image")} in batches of {batchSize}: {fault}");
        }
    }

    /// <summary>The step that an epoch ends at: the last one of a run may be planned not to be whole.</summary>
    private static long EndOf(int epoch, int batches, long totalSteps)
    {
        long whole = (long)epoch * batches;
        return whole - batches < totalSteps && totalSteps < whole ? totalSteps : whole;
    }

    private static bool IsTime(double seconds) => double.IsFinite(seconds) && seconds >= 0;

    private static bool IsShare(double value) => value is >= 0 and <= 1;

    private bool IsRecordedFromHere(int batches) =>
        RecordedFrom.Epoch >= 1 && RecordedFrom.Batch >= 0 && RecordedFrom.Batch <= batches &&
        (RecordedFrom.Epoch < Epoch || (RecordedFrom.Epoch == Epoch && RecordedFrom.Batch <= Batch));

    /// <summary>
    /// Losses of an evaluation may be anything, as weights that are still numbers can make some that are none; what another program
    /// did not note down is not known.
    /// </summary>
    private bool IsEpoch(EpochMetrics epoch, int index, int batches, long totalSteps) =>
        epoch.Epoch == index + 1 && epoch.Step == EndOf(index + 1, batches, totalSteps) &&
        ((double.IsFinite(epoch.TrainLoss) && IsShare(epoch.TrainAccuracy)) ||
         (epoch.Epoch < RecordedFrom.Epoch && !double.IsInfinity(epoch.TrainLoss) && (double.IsNaN(epoch.TrainAccuracy) || IsShare(epoch.TrainAccuracy)))) &&
        (double.IsNaN(epoch.ValidationAccuracy) || IsShare(epoch.ValidationAccuracy)) &&
        (double.IsNaN(epoch.TestAccuracy) || IsShare(epoch.TestAccuracy)) &&
        double.IsFinite(epoch.LearningRate) && IsTime(epoch.Seconds) && IsTime(epoch.TrainSeconds) && epoch.ImagesPerSecond >= 0;

    private bool IsRow(BatchMetrics row, int epoch, int index, int batchesOfEpoch)
    {
        int batch = (index + 1) * RowInterval;
        return row.Epoch == epoch + 1 && row.Batch == batch && row.Step == ((long)epoch * batchesOfEpoch) + batch &&
            double.IsFinite(row.Loss) && IsShare(row.Accuracy) && double.IsFinite(row.LearningRate) && row.ImagesPerSecond >= 0;
    }
}
