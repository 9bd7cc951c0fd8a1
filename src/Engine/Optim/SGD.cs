using CifarFast.Engine.Kernels.Elementwise;

namespace CifarFast.Engine.Optim;

/// <summary>Stochastic gradient descent with optional momentum, Nesterov's or plain, as torch.optim.SGD defines it (dampening 0).</summary>
/// <param name="LearningRate">The step size.</param>
/// <param name="Momentum">The momentum factor; 0 for none.</param>
/// <param name="Nesterov">Whether momentum is Nesterov's.</param>
/// <param name="WeightDecay">The L2 penalty added to every gradient; 0 for none.</param>
/// <param name="DecoupledWeightDecay">
/// Whether the decay is decoupled, by PyTorch's name for it (Loshchilov and Hutter 2019, SGDW): not added to the gradient, and so not to the
/// momentum, but a share of each weight, times the learning rate, that is taken off it.
/// </param>
public sealed record SGD(float LearningRate = 0.01f, float Momentum = 0, bool Nesterov = false, float WeightDecay = 0, bool DecoupledWeightDecay = false)
    : Optimizer(LearningRate, WeightDecay)
{
    internal override IReadOnlyList<string> Buffers => Momentum == 0 ? [] : ["momentum_buffer"];

    internal override string? FindFault() =>
        base.FindFault() ?? (float.IsFinite(Momentum) ? null : "a momentum that is no finite number");

    internal override void Update(UpdateKernels kernels, in OptimizerBlock block)
    {
        var step = new SgdStep(block.LearningRate, Momentum, Nesterov, block.WeightDecay, DecoupledWeightDecay);
        if (Momentum == 0)
        {
            kernels.Elementwise.Binary(step, block.Gradient, block.Weight, block.Weight);
        }
        else
        {
            kernels.Elementwise.Update(step, block.Gradient, block.First, block.Weight);
        }
    }
}
