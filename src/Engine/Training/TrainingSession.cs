using System.Diagnostics;
using CifarFast.Engine.Data;
using CifarFast.Engine.Distributed;
using CifarFast.Engine.Evaluation;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Losses;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Numerics;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Training;

/// <summary>
/// A training run: epochs of steps over a shuffled training set, each followed by an evaluation. With the same seed and data
/// the weights are bitwise the same after any number of steps, whatever the tier and the number of threads and however often the run
/// was stopped and resumed.
/// </summary>
public sealed class TrainingSession
{
    private readonly Recipe _recipe;
    private readonly TrainingStep _step;
    private readonly Evaluator? _validation;
    private readonly Evaluator? _test;
    private readonly DataLoader _loader;
    private readonly long _totalSteps;
    private readonly SpeedMeter _speed = new();
    private long _lap;
    private CancellationToken _ask;
    private bool _isAsked;

    /// <summary>Prepares a run from its start.</summary>
    /// <param name="network">What is trained.</param>
    /// <param name="data">The images.</param>
    /// <param name="recipe">What to do.</param>
    /// <exception cref="ShapeException">The network does not take images of this size, or a transform of the recipe.</exception>
    /// <exception cref="ArgumentException">There are no images, or an option is out of its range; the message names it.</exception>
    public TrainingSession(Network network, TrainingData data, Recipe recipe)
    {
        ArgumentOutOfRangeException.ThrowIfZero(data.Train.Count, nameof(data));
        if (recipe.FindFault() is string fault)
        {
            throw new ArgumentException($"nothing can be trained with {fault}", nameof(recipe));
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(recipe.BatchSize, network.BatchSize, nameof(recipe.BatchSize));
        if (data.Validation is null && recipe.Monitor is Metric.ValidationLoss or Metric.ValidationAccuracy)
        {
            throw new ArgumentException($"{recipe.Monitor} needs images that are held out", nameof(recipe));
        }

        Network = network;
        _recipe = recipe;
        network.CheckTakes(data.Train);
        network.Randomness.Seed = recipe.Seed;
        _step = new TrainingStep(network, recipe with { Loss = recipe.LossFor(data.Train, network.Architecture.OutputShape.Count) });
        int measured = Math.Max(data.Validation?.Count ?? 0, data.Test?.Count ?? 0);
        if (measured > 0)
        {
            Network model = Model.WithoutGradients(Math.Min(Evaluator.BatchSize, measured));
            _validation = data.Validation is { Count: > 0 } validation ? new Evaluator(model, validation) : null;
            _test = data.Test is { Count: > 0 } test ? new Evaluator(model, test) : null;
        }

        _loader = new DataLoader(data.Train, recipe.BatchSize, shuffle: true, recipe.Seed, recipe.DropLast, recipe.Transforms, recipe.Balance == ClassBalance.Sampling);
        _totalSteps = recipe.Steps(BatchesOfWholeEpoch);
        State.ChooseRowInterval(BatchesOfWholeEpoch);
    }

    /// <summary>What is trained.</summary>
    public Network Network { get; }

    /// <summary>What is done.</summary>
    internal Recipe Recipe => _recipe;

    /// <summary>What is evaluated and saved: <see cref="Network"/> itself, or a moving <see cref="Recipe.Average"/> of what it was.</summary>
    public Network Model => _step.Average?.Model ?? Network;

    /// <summary>Where the run stands.</summary>
    public TrainingState State { get; private set; } = new();

    /// <summary>How many batches of the epoch are done, with the share of the one under way, by the multiplications it takes. Any thread may read it.</summary>
    public double BatchesDone => State.Batch + Network.Progress.Share;

    /// <summary>The <see cref="NumericsVersion"/> of the last steps; null where this program has made none.</summary>
    internal int? Numerics { get; private set; }

    /// <summary>The best epoch so far by <see cref="Recipe.Monitor"/>.</summary>
    public BestEpochTracker BestEpochTracker => BestEpochTracker.Of(_recipe, State.Epochs);

    /// <summary>Whether losses, weights and what the optimizer keeps are still numbers: what is not can neither go on nor is worth keeping.</summary>
    public bool IsFinite => double.IsFinite(State.EpochSoFar.LossSum) && Network.IsFinite && _step.Average?.IsFinite != false && _step.Optimizer.IsFinite;

    /// <summary>
    /// With <see cref="State"/>, all it takes to go on: parameters and buffers of the <see cref="Model"/> under their own names, those that training
    /// goes on from, where they are others, under names that begin with <c>training.</c>, or the slow weights of Lookahead under names that begin
    /// with <c>lookahead.</c>, and what the optimizer keeps under names that begin with <c>optimizer.</c>.
    /// </summary>
    public IReadOnlyList<StateTensor> StateTensors =>
        field ??= [.. Model.StateTensors, .. _step.Average?.Tensors ?? [], .. _step.Optimizer.Tensors];

    private int BatchesOfWholeEpoch => _loader.Count;

    /// <summary>Batches of the epoch that is under way: the last one of a run may be planned to be shorter.</summary>
    private int BatchesOfEpoch => (int)Math.Min(BatchesOfWholeEpoch, _totalSteps - ((State.Epoch - 1L) * BatchesOfWholeEpoch));

    private bool StepsAreUp => State.Step >= _recipe.MaxSteps;

    /// <summary>Where in the run a step is, which is counted from 0.</summary>
    internal RunPosition PositionOf(long step) => new(step, _totalSteps, BatchesOfWholeEpoch);

    /// <summary>The learning rate of a step, from 0: of a group of parameters, or of those that belong to none.</summary>
    internal float LearningRateOf(long step, ParameterGroup? group = null) => _recipe.Optimizer.LearningRateOf(group, _recipe.Schedule, PositionOf(step));

    /// <summary>Puts the run to where another one stood; tensors are the caller's to set.</summary>
    /// <exception cref="FormatException">A run over these images in these batches cannot stand there; the message says why.</exception>
    /// <param name="state">Where.</param>
    /// <param name="numerics">The <see cref="Numerics"/> of the steps until there.</param>
    internal void Resume(TrainingState state, int? numerics)
    {
        state.Check(_loader.ImagesOfEpoch, _recipe.BatchSize, _totalSteps);
        state.ChooseRowInterval(BatchesOfWholeEpoch);
        State = state;
        Numerics = numerics;
    }

    /// <summary>Has the average, where there is one, begin with what the network is now; a run begins so by itself.</summary>
    internal void BeginAverage() => _step.Average?.Begin();

    /// <summary>Trains, from where the run stands, until there is a reason to end.</summary>
    /// <param name="observer">Is told how it goes.</param>
    /// <param name="stop">Ends the run as soon as it can: the step or the evaluation under way is given up, and it can go on from the step before.</param>
    public TrainingResult Run(ITrainingObserver observer, CancellationToken stop) => Run(observer, CancellationToken.None, stop);

    /// <summary>Trains, together with other processes where there are such, from where the run stands until there is a reason to end.</summary>
    /// <param name="observer">Is told how it goes.</param>
    /// <param name="ask">Has all processes end the run together, whichever of them is asked, after the step under way or the part of an evaluation.</param>
    /// <param name="stop">Has this process end as soon as it can, whatever the others do.</param>
    /// <exception cref="CollectiveException">Others did not come: the run stands after the last whole step.</exception>
    internal TrainingResult Run(ITrainingObserver observer, CancellationToken ask, CancellationToken stop)
    {
        _ask = ask;
        _isAsked = false;
        if (State.Step == 0)
        {
            BeginAverage();
        }

        while (State.Epoch <= _recipe.EpochCount && !(StepsAreUp && State.Batch == 0))
        {
            if (BestEpochTracker.EpochsWithoutImprovement >= _recipe.Patience)
            {
                return Result(StopReason.EarlyStopped);
            }

            EpochMetrics? metrics;
            try
            {
                metrics = RunEpoch(observer, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested || _isAsked)
            {
                // An update may have blown the weights up just before; then there is nothing to go on from.
                return Result(IsFinite ? StopReason.Stopped : StopReason.Diverged);
            }

            if (metrics is null)
            {
                return Result(StopReason.Diverged);
            }

            // An epoch or a row that was cut short is told of, but the run stands within it: with more steps it would go on.
            bool isWhole = State.Batch == BatchesOfEpoch;
            if (isWhole)
            {
                State.AddEpoch(metrics);
            }
            else if (State.UnfinishedRow(LearningRateOf(State.Step - 1)) is BatchMetrics row)
            {
                observer.BatchesCompleted(row);
            }

            observer.EpochCompleted(metrics);
            if (!isWhole)
            {
                return Result(StopReason.Completed, metrics);
            }
        }

        return Result(StopReason.Completed);
    }

    private TrainingResult Result(StopReason end, params EpochMetrics[] cutShort)
    {
        EpochMetrics[] epochs = [.. State.Epochs, .. cutShort];
        return new TrainingResult(end, epochs, State.Step, _speed.ImagesPerSecond ?? epochs.LastOrDefault()?.ImagesPerSecond ?? 0);
    }

    /// <summary>Trains to the end of the epoch and evaluates; null where the network diverged.</summary>
    private EpochMetrics? RunEpoch(ITrainingObserver observer, CancellationToken stop)
    {
        _lap = Stopwatch.GetTimestamp();
        IReadOnlyList<Batch> epoch = _loader.Epoch(State.Epoch);
        long stepsLeft = Math.Clamp((_recipe.MaxSteps ?? long.MaxValue) - State.Step, 0, BatchesOfEpoch);
        int batches = (int)Math.Min(BatchesOfEpoch, State.Batch + stepsLeft);
        observer.EpochStarted(State.Epoch, batches);
        while (State.Batch < batches)
        {
            StopIfAsked(stop);
            if (!double.IsFinite(RunStep(epoch[State.Batch], observer, batches, stop)))
            {
                return null;
            }
        }

        (double Loss, double Accuracy) validation = Evaluate(_validation, 0, observer, stop);
        (double Loss, double Accuracy) test = Evaluate(_test, _validation?.Images.Count ?? 0, observer, stop);
        Lap();

        // The last update of an epoch is followed by no loss that would tell.
        return !IsFinite ? null : new EpochMetrics(
            State.Epoch,
            State.Step,
            State.EpochSoFar.Loss,
            State.EpochSoFar.Accuracy,
            validation.Loss,
            validation.Accuracy,
            test.Loss,
            test.Accuracy,
            LearningRateOf(State.Step - 1),
            State.Seconds,
            State.EpochSoFar.Seconds,
            State.EpochSoFar.ImagesPerSecond);
    }

    private double RunStep(Batch batch, ITrainingObserver observer, int batches, CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        Network.Step = State.Step;
        LossResult loss = _step.Run(batch, PositionOf(State.Step), stop);
        Numerics = NumericsVersion.Current;
        double seconds = _speed.StepCompleted(start, batch.Count);
        TrainingMeter.StepCompleted(batch.Count, seconds, loss.Mean);
        BatchMetrics? row = State.AddBatch(loss.Sum, loss.Correct, batch.Count, seconds, LearningRateOf(State.Step));
        Lap();
        if (row is not null)
        {
            observer.BatchesCompleted(row);
        }

        RunningMetrics epoch = State.EpochSoFar;
        observer.StepCompleted(new BatchProgress(
            State.Epoch, State.Batch, batches, State.Step, loss.Mean, epoch.Loss, epoch.Accuracy, epoch.ImagesPerSecond));
        return loss.Sum;
    }

    private (double Loss, double Accuracy) Evaluate(Evaluator? evaluator, int before, ITrainingObserver observer, CancellationToken stop)
    {
        if (evaluator is null)
        {
            return (double.NaN, double.NaN);
        }

        int total = (_validation?.Images.Count ?? 0) + (_test?.Images.Count ?? 0);
        void Evaluated(int done)
        {
            observer.Evaluating(State.Epoch, before + done, total);
            StopIfAsked(stop);
        }

        Predictions predictions = evaluator.Run(Evaluated, stop);
        return (predictions.MeanLoss(evaluator.Images.Labels), predictions.Accuracy(evaluator.Images.Labels));
    }

    /// <summary>Ends the run where this process should stop, or any of them was asked to.</summary>
    private void StopIfAsked(CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        if (Network.Collective.Any(_ask.IsCancellationRequested, stop))
        {
            _isAsked = true;
            throw new OperationCanceledException();
        }
    }

    /// <summary>Adds the time since the last call to that of the epoch.</summary>
    private void Lap()
    {
        long now = Stopwatch.GetTimestamp();
        State.AddSeconds(Stopwatch.GetElapsedTime(_lap, now).TotalSeconds);
        _lap = now;
    }
}
