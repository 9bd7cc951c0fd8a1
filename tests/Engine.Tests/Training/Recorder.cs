using CifarFast.Engine.Training;

namespace CifarFast.Engine.Tests.Training;

/// <summary>Writes down what a run tells its observer.</summary>
internal sealed class Recorder : ITrainingObserver
{
    public List<(int Epoch, int Batches)> Started { get; } = [];

    public List<BatchProgress> Steps { get; } = [];

    public List<BatchMetrics> Batches { get; } = [];

    public List<(int Epoch, int Done, int Total)> Evaluations { get; } = [];

    public List<EpochMetrics> Epochs { get; } = [];

    public Action<BatchProgress>? OnStep { get; init; }

    public void EpochStarted(int epoch, int batches) => Started.Add((epoch, batches));

    public void StepCompleted(in BatchProgress progress)
    {
        Steps.Add(progress);
        OnStep?.Invoke(progress);
    }

    public void BatchesCompleted(BatchMetrics metrics) => Batches.Add(metrics);

    public void Evaluating(int epoch, int done, int total) => Evaluations.Add((epoch, done, total));

    public void EpochCompleted(EpochMetrics metrics) => Epochs.Add(metrics);
}
