using CifarFast.Engine.Optim;
using static TorchSharp.torch;
using TorchParameter = TorchSharp.Modules.Parameter;

namespace CifarFast.Benchmarks.TorchSharp.Checks;

/// <summary>Muon, which libtorch has not, as its author's program writes it in tensors (Jordan 2024, https://github.com/KellerJordan/Muon).</summary>
internal sealed class TorchMuon(Muon options, TorchParameter[] parameters)
{
    private readonly Tensor[] _momentum = [.. parameters.Select(weight => zeros_like(weight).DetachFromDisposeScope())];

    /// <summary>Updates the weights from their gradients.</summary>
    public void Step(double learningRate)
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        foreach ((TorchParameter weight, Tensor momentum) in parameters.Zip(_momentum))
        {
            Tensor gradient = weight.grad!;
            momentum.mul_((double)options.Momentum).add_(gradient);
            Tensor direction = options.Nesterov ? gradient.add(momentum, alpha: (double)options.Momentum) : momentum;
            weight.add_(Orthogonalize(direction.flatten(1)).view_as(weight), alpha: -learningRate);
        }
    }

    /// <summary>Newton-Schulz: brings the singular values of a matrix near 1.</summary>
    private Tensor Orthogonalize(Tensor matrix)
    {
        const double a = 3.4445, b = -4.7750, c = 2.0315;
        bool isTall = matrix.shape[0] > matrix.shape[1];
        Tensor x = matrix / (matrix.norm() + 1e-7);
        x = isTall ? x.t() : x;
        for (int i = 0; i < options.Steps; i++)
        {
            Tensor square = x.mm(x.t());
            x = (a * x) + ((b * square) + (c * square.mm(square))).mm(x);
        }

        return (isTall ? x.t() : x).contiguous();
    }
}
