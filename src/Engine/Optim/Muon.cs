using CifarFast.Engine.Kernels.Elementwise;
using CifarFast.Engine.Kernels.Reduction;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Optim;

/// <summary>
/// Momentum orthogonalized by Newton-Schulz (Jordan et al. 2024, "Muon: An optimizer for hidden layers in neural networks"): the direction of SGD with
/// momentum, of a weight seen as a matrix of its outputs by all else, is divided by its Frobenius norm, then its singular values are brought near 1
/// (<c>X ← a·X + (b·A + c·A²)·X</c>, <c>A = X·Xᵀ</c>, with 3.4445, -4.7750 and 2.0315), and the weight takes a step against that. It is for matrices:
/// weights of convolutions and linear layers. Other parameters need a group with an <see cref="ParameterGroup.Optimizer"/> of its own. The defaults
/// are those of its author; his recipe for CIFAR-10 has three steps and rescaled weights.
/// </summary>
/// <param name="LearningRate">The step size.</param>
/// <param name="Momentum">The momentum factor; 0 for none.</param>
/// <param name="Nesterov">Whether momentum is Nesterov's.</param>
/// <param name="Steps">How often the iteration is made.</param>
/// <param name="NormalizeWeights">Whether each weight is first rescaled to a Frobenius norm of √outputs, in every step.</param>
/// <param name="WeightDecay">The share of each weight, times the learning rate, that is taken off it.</param>
public sealed record Muon(
    float LearningRate = 0.02f, float Momentum = 0.95f, bool Nesterov = true, int Steps = 5, bool NormalizeWeights = false, float WeightDecay = 0)
    : Optimizer(LearningRate, WeightDecay)
{
    private const double Epsilon = 1e-7;
    private const int MostSteps = 100;

    internal override IReadOnlyList<string> Buffers => Momentum == 0 ? [] : ["momentum_buffer"];

    internal override bool UpdatesMatrices => true;

    internal override string? FindFault() =>
        base.FindFault()
        ?? (!float.IsFinite(Momentum) ? "a momentum that is no finite number"
        : Steps is < 1 or > MostSteps ? $"{Steps} steps of an iteration that takes from 1 to {MostSteps}"
        : null);

    internal override void Update(UpdateKernels kernels, in OptimizerBlock block)
    {
        Parameter parameter = block.Matrix!;
        ReadOnlySpan<int> places = parameter.StoredIndices;
        (Memory<float> scratch, Memory<float> room) = kernels.Scratch(block.Weight.Length, places.Length);
        Span<float> direction = scratch.Span;
        Span<float> matrix = room.Span;

        // A step of length -1 from zero is the direction of SGD.
        var step = new SgdStep(LearningRate: -1, Momentum, Nesterov, WeightDecay: 0);
        if (Momentum == 0)
        {
            kernels.Elementwise.Binary(step, block.Gradient, direction, direction);
        }
        else
        {
            kernels.Elementwise.Update(step, block.Gradient, block.First, direction);
        }

        kernels.Elementwise.Unary(new MultiplyBy((float)(1 / (Norm(direction, places) + Epsilon))), direction, direction);
        parameter.Export(direction, matrix);
        kernels.Orthogonalization.Run(matrix, parameter.Shape[0], Steps);

        double norm = NormalizeWeights ? Norm(block.Weight, places) : 0;
        double scale = norm > 0 ? Math.Sqrt(parameter.Shape[0]) / norm : 1;
        float keep = (float)(scale * (1 - ((double)block.LearningRate * block.WeightDecay)));
        for (int i = 0; i < places.Length; i++)
        {
            ref float weight = ref block.Weight[places[i]];
            weight = MathF.FusedMultiplyAdd(-block.LearningRate, matrix[i], keep * weight);
        }
    }

    private static double Norm(ReadOnlySpan<float> values, ReadOnlySpan<int> places) => Math.Sqrt(SumOfSquares.Of(values, places));
}
