using CifarFast.Engine.Kernels.Elementwise;
using CifarFast.Engine.Numerics;

namespace CifarFast.Engine.Optim;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter 2019, "Decoupled Weight Decay Regularization"), as torch.optim.AdamW defines it.
/// </summary>
/// <param name="LearningRate">The step size.</param>
/// <param name="Beta1">How much of the running mean of gradients stays from step to step.</param>
/// <param name="Beta2">The same for the running mean of their squares.</param>
/// <param name="Epsilon">Added to the root of the latter.</param>
/// <param name="WeightDecay">The share of each weight, times the learning rate, that is taken off it.</param>
public sealed record AdamW(float LearningRate = 0.001f, double Beta1 = 0.9, double Beta2 = 0.999, float Epsilon = 1e-8f, float WeightDecay = 0.01f)
    : Optimizer(LearningRate, WeightDecay)
{
    internal override IReadOnlyList<string> Buffers => ["exp_avg", "exp_avg_sq"];

    internal override bool CountsSteps => true;

    internal override string? FindFault() =>
        base.FindFault()
        ?? (Beta1 is not (>= 0 and < 1) || Beta2 is not (>= 0 and < 1) ? "betas that are not from 0 to below 1"
        : !(Epsilon >= 0 && float.IsFinite(Epsilon)) ? "an epsilon that is no finite number of at least 0"
        : null);

    internal override void Update(UpdateKernels kernels, in OptimizerBlock block)
    {
        double bias1 = 1 - IntegerPower.Of(Beta1, block.Step);
        double bias2 = 1 - IntegerPower.Of(Beta2, block.Step);
        var step = new AdamWStep(
            StepSize: (float)(block.LearningRate / bias1),
            Keep: (float)(1 - ((double)block.LearningRate * block.WeightDecay)),
            Beta1: (float)Beta1,
            Beta2: (float)Beta2,
            OneMinusBeta1: (float)(1 - Beta1),
            OneMinusBeta2: (float)(1 - Beta2),
            RootScale: (float)(1 / Math.Sqrt(bias2)),
            Epsilon);
        kernels.Elementwise.Update(step, block.Gradient, block.First, block.Second, block.Weight);
    }
}
