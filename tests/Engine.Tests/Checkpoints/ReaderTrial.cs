using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Training;

namespace CifarFast.Engine.Tests.Checkpoints;

/// <summary>
/// Hands files to the reader that may be anything and judges what comes of them: one sentence for a person, or a run that can go
/// on; nothing else, and no more memory than a file of that size can be worth.
/// </summary>
internal sealed class ReaderTrial : IDisposable
{
    /// <summary>Every so many of the files that load, the run goes on from there.</summary>
    private const int RunsEvery = 16;

    private readonly TinyRun _run = new();

    /// <summary>How many files there were.</summary>
    public int Files { get; private set; }

    /// <summary>How many of them were checkpoints.</summary>
    public int Loads { get; private set; }

    /// <summary>How often the run went on for some steps.</summary>
    public int Runs { get; private set; }

    /// <summary>Makes sure that a file is refused by the reader already.</summary>
    public string MustBeRefused(byte[] file, string damage)
    {
        string? message = Read(file, damage).Message;
        Assert.True(message is not null, $"{damage}: it was read, expected to be refused");
        return message;
    }

    /// <summary>Makes sure that a file is refused, or leaves the run where a run can be.</summary>
    /// <returns>Why it was refused, or null.</returns>
    public string? MustBeRefusedOrSound(byte[] file, string damage)
    {
        (Checkpoint? checkpoint, string? message) = Read(file, damage);
        if (checkpoint is null)
        {
            return message;
        }

        try
        {
            checkpoint.CopyTo(_run.Session);
        }
        catch (CheckpointException error)
        {
            return Checked(error.Message, damage);
        }
        catch (Exception error)
        {
            Assert.Fail($"{damage}: {error}");
        }

        AssertSound(damage);
        if (Loads++ % RunsEvery == 0)
        {
            Runs++;
            TrainingResult result = _run.Advance(2);
            Assert.True(result.End is StopReason.Stopped or StopReason.Diverged, $"{damage}: the run ended as {result.End}");
        }

        return null;
    }

    /// <summary>Says how many files there were, in the test's output.</summary>
    public void Report() =>
        TestContext.Current.TestOutputHelper?.WriteLine($"{Files:N0} files, {Files - Loads:N0} of them refused, {Loads:N0} loaded; {Runs:N0} runs went on");

    public void Dispose() => _run.Dispose();

    private (Checkpoint? Checkpoint, string? Message) Read(byte[] file, string damage)
    {
        Files++;
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            return (TinyRun.Read(file), null);
        }
        catch (CheckpointException error)
        {
            return (null, Checked(error.Message, damage));
        }
        catch (Exception error)
        {
            Assert.Fail($"{damage}: {error}");
            throw;
        }
        finally
        {
            long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(bytes <= (10 * file.Length) + (64 << 10), $"{damage}: {bytes:N0} bytes for a file of {file.Length:N0}");
        }
    }

    private static string Checked(string message, string damage)
    {
        bool isFit = message.StartsWith(TinyRun.FileName, StringComparison.Ordinal) && message.Length < 400 && !message.Any(char.IsControl);
        Assert.True(isFit, $"{damage}: the message is '{message}'");
        return message;
    }

    private void AssertSound(string damage)
    {
        TrainingState state = _run.Session.State;
        int images = Math.Min(TinyRun.Images, state.Batch * TinyRun.BatchSize);
        int rowsOfEpoch = TinyRun.Batches / Math.Max(1, state.RowInterval);
        int rowsSoFar = state.Batch / Math.Max(1, state.RowInterval);
        bool isSound =
            state.Epoch == state.Epochs.Count + 1 &&
            state.Step == ((state.Epoch - 1) * TinyRun.Batches) + state.Batch &&
            state.Batch is >= 0 and <= TinyRun.Batches &&
            state.RowInterval is >= 1 and <= BatchMetrics.MaxInterval &&
            state.Batches.Count == ((state.Epoch - 1) * rowsOfEpoch) + rowsSoFar &&
            state.EpochSoFar.Images == images &&
            state.WindowSoFar.Images == images - (rowsSoFar * state.RowInterval * TinyRun.BatchSize) &&
            IsSound(state.EpochSoFar) && IsSound(state.WindowSoFar) && IsTime(state.Seconds) &&
            state.Epochs.Select((epoch, i) => epoch.Epoch == i + 1 && IsSound(epoch)).All(sound => sound) &&
            state.Batches.Select((row, i) => row.Epoch == (i / rowsOfEpoch) + 1 && row.Batch == ((i % rowsOfEpoch) + 1) * state.RowInterval && IsSound(row)).All(sound => sound) &&
            _run.Session.BestEpochTracker.BestEpoch <= state.Epochs.Count;
        Assert.True(isSound, $"{damage}: the run stands where no run can stand");
        float[] values = new float[12];
        foreach (StateTensor tensor in _run.Session.StateTensors)
        {
            Span<float> some = values.AsSpan(0, tensor.Shape.Count);
            tensor.CopyTo(some);
            Assert.True(AreFinite(some), $"{damage}: {tensor.Name} is not finite");
        }
    }

    private static bool IsSound(RunningMetrics sum) =>
        double.IsFinite(sum.LossSum) && IsTime(sum.Seconds) && sum.Correct >= 0 && sum.Correct <= sum.Images;

    private static bool IsSound(EpochMetrics epoch) =>
        double.IsFinite(epoch.TrainLoss) && double.IsFinite(epoch.LearningRate) && IsTime(epoch.Seconds) && IsTime(epoch.TrainSeconds) &&
        epoch.TrainAccuracy is >= 0 and <= 1 && epoch.ValidationAccuracy is (>= 0 and <= 1) or double.NaN &&
        epoch.TestAccuracy is (>= 0 and <= 1) or double.NaN && epoch.ImagesPerSecond >= 0;

    private static bool IsSound(BatchMetrics row) =>
        double.IsFinite(row.Loss) && double.IsFinite(row.LearningRate) && row.Accuracy is >= 0 and <= 1 && row.ImagesPerSecond >= 0;

    private static bool IsTime(double seconds) => double.IsFinite(seconds) && seconds >= 0;

    private static bool AreFinite(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }
}
