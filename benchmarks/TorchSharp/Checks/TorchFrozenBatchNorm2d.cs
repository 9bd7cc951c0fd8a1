using static TorchSharp.torch;

namespace CifarFast.Benchmarks.TorchSharp.Checks;

/// <summary>torchvision.ops.FrozenBatchNorm2d: batch normalization whose numbers are all buffers.</summary>
internal sealed class TorchFrozenBatchNorm2d : nn.Module<Tensor, Tensor>
{
    private readonly double _epsilon;
    private readonly Tensor _weight;
    private readonly Tensor _bias;
    private readonly Tensor _mean;
    private readonly Tensor _variance;

    public TorchFrozenBatchNorm2d(int features, double epsilon)
        : base(nameof(TorchFrozenBatchNorm2d))
    {
        _epsilon = epsilon;
        register_buffer("weight", _weight = ones(features));
        register_buffer("bias", _bias = zeros(features));
        register_buffer("running_mean", _mean = zeros(features));
        register_buffer("running_var", _variance = ones(features));
    }

    public override Tensor forward(Tensor input) =>
        nn.functional.batch_norm(input, _mean, _variance, _weight, _bias, training: false, eps: _epsilon);
}
