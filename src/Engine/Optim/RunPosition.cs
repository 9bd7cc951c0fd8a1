namespace CifarFast.Engine.Optim;

/// <summary>Where in a run a step is: what schedules are functions of.</summary>
/// <param name="Step">The step, from 0.</param>
/// <param name="Steps">How many steps the run is planned to have, at least 1.</param>
/// <param name="StepsOfEpoch">How many steps go through the training set once, at least 1.</param>
public readonly record struct RunPosition(long Step, long Steps, int StepsOfEpoch)
{
    /// <summary>The share of the run that is over before the step: from 0 to below 1.</summary>
    internal double Done => (double)Step / Steps;
}
