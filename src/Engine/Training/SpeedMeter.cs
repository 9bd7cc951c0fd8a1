using System.Diagnostics;

namespace CifarFast.Engine.Training;

/// <summary>
/// Measures training speed over windows of <see cref="StepsOfWindow"/> steps. The run's figure is the median of the windows
/// without the first, in which the JIT still compiles: a median does not care that the machine was busy for a while.
/// </summary>
internal sealed class SpeedMeter
{
    /// <summary>Steps of a window.</summary>
    public const int StepsOfWindow = 50;

    private readonly List<double> _windows = [];
    private long _images;
    private double _seconds;
    private int _windowSteps;
    private long _windowImages;
    private double _windowSeconds;

    /// <summary>
    /// Images a second over all steps, or the median of their windows after the first where there are two or more; null where
    /// there were none.
    /// </summary>
    public double? ImagesPerSecond
    {
        get
        {
            if (_windows.Count < 2)
            {
                return _seconds > 0 ? _images / _seconds : null;
            }

            double[] sorted = [.. _windows.Skip(1).Order()];
            int middle = sorted.Length / 2;
            return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        }
    }

    /// <summary>Takes note of a step that began at <paramref name="startTimestamp"/> (<see cref="Stopwatch.GetTimestamp"/>) and ends now.</summary>
    /// <returns>How long it took, in seconds.</returns>
    public double StepCompleted(long startTimestamp, int images)
    {
        double seconds = Stopwatch.GetElapsedTime(startTimestamp).TotalSeconds;
        Add(images, seconds);
        return seconds;
    }

    /// <summary>Takes note of a step of <paramref name="images"/> images and <paramref name="seconds"/> seconds.</summary>
    internal void Add(int images, double seconds)
    {
        _images += images;
        _seconds += seconds;
        _windowImages += images;
        _windowSeconds += seconds;
        if (++_windowSteps == StepsOfWindow)
        {
            _windows.Add(_windowImages / _windowSeconds);
            (_windowSteps, _windowImages, _windowSeconds) = (0, 0, 0);
        }
    }
}
