using System.Diagnostics;
using CifarFast.Engine.Data;
using CifarFast.Engine.Layers;
using CifarFast.Engine.Networks;

namespace CifarFast.Engine.Training;

/// <summary>
/// A training run: epochs of steps over a shuffled training set, each followed by an evaluation on the test set. With the same
/// seed, data and tier the weights are bitwise the same after any number of steps, whatever the number of threads.
/// </summary>
public sealed class TrainingSession
{
    private readonly TrainingOptions _options;
    private readonly TrainingStep _step;
    private readonly Evaluator? _evaluator;
    private readonly int[] _order;
    private readonly SpeedMeter _speed = new();
    private long _steps;

    /// <summary>Prepares a run.</summary>
    /// <param name="network">What is trained.</param>
    /// <param name="train">The images to learn from.</param>
    /// <param name="test">The images to measure with after each epoch, or null.</param>
    /// <param name="options">The recipe.</param>
    /// <exception cref="ShapeException">The network does not take images of this size.</exception>
    /// <exception cref="ArgumentException">There are no images, or an option is out of its range; the message names it.</exception>
    public TrainingSession(Network network, ImageSet train, ImageSet? test, TrainingOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfZero(train.Count, nameof(train));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Epochs, nameof(options.Epochs));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.BatchSize, nameof(options.BatchSize));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.BatchSize, network.BatchSize, nameof(options.BatchSize));
        if (!float.IsFinite(options.LearningRate) || !float.IsFinite(options.Momentum) || !float.IsFinite(options.WeightDecay))
        {
            throw new ArgumentException("learning rate, momentum and weight decay must be finite numbers", nameof(options));
        }

        _options = options;
        _step = new TrainingStep(network, train, options);
        _evaluator = test is { Count: > 0 } ? new Evaluator(network, test) : null;
        _order = new int[train.Count];
    }

    private bool StepsAreUp => _steps >= _options.MaxSteps;

    /// <summary>Trains until the epochs or the steps are done or the loss is no longer finite.</summary>
    /// <param name="observer">Is told how it goes.</param>
    /// <param name="cancellation">Ends the run between two steps.</param>
    /// <exception cref="OperationCanceledException">Cancellation was asked for.</exception>
    public TrainingResult Run(ITrainingObserver observer, CancellationToken cancellation)
    {
        var epochs = new List<EpochMetrics>();
        bool diverged = false;
        for (int epoch = 1; epoch <= _options.Epochs && !StepsAreUp && !diverged; epoch++)
        {
            EpochMetrics metrics = RunEpoch(epoch, observer, cancellation);
            epochs.Add(metrics);
            observer.EpochCompleted(metrics);
            diverged = !double.IsFinite(metrics.TrainLoss);
        }

        return new TrainingResult(epochs, _steps, _speed.ImagesPerSecond, diverged);
    }

    private EpochMetrics RunEpoch(int epoch, ITrainingObserver observer, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        EpochOrder.Fill(_options.Seed, epoch, _order);
        int wholeEpoch = (_order.Length + _options.BatchSize - 1) / _options.BatchSize;
        int batches = _options.MaxSteps is long maxSteps ? (int)Math.Min(wholeEpoch, maxSteps - _steps) : wholeEpoch;
        observer.EpochStarted(epoch, batches);

        double lossSum = 0;
        long correct = 0;
        int images = 0;
        double trainSeconds = 0;
        for (int batch = 1; batch <= batches && double.IsFinite(lossSum); batch++)
        {
            cancellation.ThrowIfCancellationRequested();
            long stepStart = Stopwatch.GetTimestamp();
            int count = Math.Min(_options.BatchSize, _order.Length - images);
            (double batchLoss, int batchCorrect) = _step.Run(_order.AsMemory(images, count));
            double seconds = _speed.StepCompleted(stepStart, count);
            TrainingMeter.StepCompleted(count, seconds, batchLoss / count);
            trainSeconds += seconds;
            _steps++;
            images += count;
            lossSum += batchLoss;
            correct += batchCorrect;
            observer.StepCompleted(new BatchProgress(
                epoch, batch, batches, _steps, batchLoss / count, lossSum / images, (double)correct / images, images / trainSeconds));
        }

        // A network whose loss is no longer a number has nothing left to measure.
        (double testLoss, double testAccuracy) = _evaluator is null || !double.IsFinite(lossSum)
            ? (double.NaN, double.NaN)
            : _evaluator.Run(done => observer.Evaluating(epoch, done, _evaluator.Count), cancellation);
        return new EpochMetrics(
            epoch,
            lossSum / images,
            (double)correct / images,
            testLoss,
            testAccuracy,
            Stopwatch.GetElapsedTime(start).TotalSeconds,
            trainSeconds,
            images / trainSeconds);
    }
}
