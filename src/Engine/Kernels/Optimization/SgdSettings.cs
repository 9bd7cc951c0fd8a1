namespace CifarFast.Engine.Kernels.Optimization;

/// <summary>The numbers of stochastic gradient descent.</summary>
/// <param name="LearningRate">The step size.</param>
/// <param name="Momentum">The momentum factor; 0 for none.</param>
/// <param name="Nesterov">Whether momentum is Nesterov's.</param>
/// <param name="WeightDecay">The L2 penalty added to every gradient; 0 for none.</param>
internal readonly record struct SgdSettings(float LearningRate, float Momentum, bool Nesterov, float WeightDecay);
