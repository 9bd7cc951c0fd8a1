namespace CifarFast.Engine.Training;

/// <summary>Tracks the best epoch of a run by a metric, and how long ago it was. Ties go to the earlier epoch; what is not a number is never best.</summary>
/// <param name="metric">What is judged by.</param>
public sealed class BestEpochTracker(Metric metric)
{
    private EpochMetrics? _first;
    private double _bestValue = double.NaN;
    private int _last;

    /// <summary>The best epoch so far, from 1; 0 while there is none.</summary>
    public int BestEpoch { get; private set; }

    /// <summary>The metric of <see cref="BestEpoch"/>; NaN while there is none.</summary>
    public double BestValue => _bestValue;

    /// <summary>How many epochs passed since the best one.</summary>
    public int EpochsWithoutImprovement => _last - BestEpoch;

    /// <summary>Judges the epochs of a run, from the first to the last.</summary>
    public static BestEpochTracker Of(Metric metric, IEnumerable<EpochMetrics> epochs)
    {
        var tracker = new BestEpochTracker(metric);
        foreach (EpochMetrics epoch in epochs)
        {
            tracker.Add(epoch);
        }

        return tracker;
    }

    /// <summary>Judges the next epoch. One that was cut short, which only the last can be, is best only for want of a whole one.</summary>
    public void Add(EpochMetrics epoch)
    {
        _first ??= epoch;
        if (epoch.Step * _first.Epoch != _first.Step * epoch.Epoch)
        {
            return;
        }

        double value = epoch.Value(metric);
        bool better = metric is Metric.TrainLoss or Metric.ValidationLoss ? value < _bestValue : value > _bestValue;
        if (better || (double.IsNaN(_bestValue) && !double.IsNaN(value)))
        {
            (_bestValue, BestEpoch) = (value, epoch.Epoch);
        }

        _last = epoch.Epoch;
    }
}
