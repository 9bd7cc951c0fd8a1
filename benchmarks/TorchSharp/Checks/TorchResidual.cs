using static TorchSharp.torch;

namespace CifarFast.Benchmarks.TorchSharp.Checks;

/// <summary>The sum of what a body and a shortcut make of a value.</summary>
internal sealed class TorchResidual : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> _body;
    private readonly nn.Module<Tensor, Tensor>? _shortcut;

    public TorchResidual(nn.Module<Tensor, Tensor> body, nn.Module<Tensor, Tensor>? shortcut)
        : base(nameof(TorchResidual))
    {
        _body = body;
        _shortcut = shortcut;
        register_module("body", body);
        if (shortcut is not null)
        {
            register_module("shortcut", shortcut);
        }
    }

    public override Tensor forward(Tensor input) => _body.forward(input) + (_shortcut?.forward(input) ?? input);
}
