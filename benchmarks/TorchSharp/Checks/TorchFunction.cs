using static TorchSharp.torch;

namespace CifarFast.Benchmarks.TorchSharp.Checks;

/// <summary>A module that has nothing to learn.</summary>
internal sealed class TorchFunction(Func<Tensor, Tensor> function) : nn.Module<Tensor, Tensor>(nameof(TorchFunction))
{
    public override Tensor forward(Tensor input) => function(input);
}
