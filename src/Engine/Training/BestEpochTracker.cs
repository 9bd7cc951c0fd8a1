using CifarFast.Engine.Evaluation;
using CifarFast.Engine.Recipes;

namespace CifarFast.Engine.Training;

/// <summary>Tracks the best epoch of a run by its recipe's metric, and how long ago it was. Ties go to the earlier epoch; what is not a number is never best.</summary>
/// <param name="recipe">What says what is judged by, and where the run is to end.</param>
public sealed class BestEpochTracker(Recipe recipe)
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
    public static BestEpochTracker Of(Recipe recipe, IEnumerable<EpochMetrics> epochs)
    {
        var tracker = new BestEpochTracker(recipe);
        foreach (EpochMetrics epoch in epochs)
        {
            tracker.Add(epoch);
        }

        return tracker;
    }

    /// <summary>
    /// Judges the next epoch. One that was cut short, which only the last can be, is best only for want of a whole one, unless the recipe has the
    /// run end there.
    /// </summary>
    public void Add(EpochMetrics epoch)
    {
        _first ??= epoch;
        bool isWhole = epoch.Step * _first.Epoch == _first.Step * epoch.Epoch;
        if (!isWhole && (_first.Epoch <= 0 || epoch.Step != recipe.Steps((int)(_first.Step / _first.Epoch))))
        {
            return;
        }

        double value = epoch.Value(recipe.Monitor);
        bool better = recipe.Monitor is Metric.TrainLoss or Metric.ValidationLoss ? value < _bestValue : value > _bestValue;
        if (better || (double.IsNaN(_bestValue) && !double.IsNaN(value)))
        {
            (_bestValue, BestEpoch) = (value, epoch.Epoch);
        }

        _last = epoch.Epoch;
    }
}
