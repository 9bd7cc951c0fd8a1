using CifarFast.Engine.Nn;
using static TorchSharp.torch;
using GELUModule = TorchSharp.Modules.GELU;
using TorchModule = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;
using TorchParameter = TorchSharp.Modules.Parameter;

namespace CifarFast.Benchmarks.TorchSharp.Checks;

/// <summary>The engine's modules in libtorch.</summary>
internal static class TorchModules
{
    /// <summary>The module with all that it consists of, in libtorch's default precision, with weights of its own.</summary>
    public static TorchModule Create(Module module) => module switch
    {
        AdaptiveAvgPool2d layer => nn.AdaptiveAvgPool2d((layer.OutputHeight, layer.OutputWidth)),
        AdaptiveMaxPool2d layer => nn.AdaptiveMaxPool2d([layer.OutputHeight, layer.OutputWidth]),
        AvgPool2d layer => nn.AvgPool2d(layer.KernelSize, layer.Stride),
        BatchNorm2d layer => nn.BatchNorm2d(layer.Features, layer.Epsilon, layer.Momentum),
        Conv2d layer => nn.Conv2d(layer.InChannels, layer.OutChannels, layer.KernelSize, layer.Stride, layer.Padding, bias: layer.Bias),
        Flatten => nn.Flatten(),
        Frozen frozen => Freeze(Create(frozen.Module), frozen.Parameter),
        FrozenBatchNorm2d layer => new TorchFrozenBatchNorm2d(layer.Features, layer.Epsilon),
        GELU { Approximation: GELUApproximation.Tanh } => nn.GELU(GELUModule.Approximate.tanh),
        GELU => nn.GELU(),
        LeakyReLU layer => nn.LeakyReLU(layer.NegativeSlope),
        Linear layer => nn.Linear(layer.InFeatures, layer.OutFeatures, layer.Bias),
        MaxPool2d layer => nn.MaxPool2d(layer.KernelSize, layer.Stride),
        Normalize layer => new TorchFunction(input => (input - OfChannels(layer.Mean)) / OfChannels(layer.Deviation)),
        ReLU => nn.ReLU(),
        Residual residual => new TorchResidual(Create(residual.Body), residual.Shortcut is null ? null : Create(residual.Shortcut)),
        Scale layer => new TorchFunction(input => input * (double)layer.Factor),
        Sequential sequential => nn.Sequential(sequential.Modules.Select(Create)),
        SiLU => nn.SiLU(),
        _ => throw new NotSupportedException($"{module} has to be put into libtorch's terms"),
    };

    /// <summary>Sets parameters and buffers of a module.</summary>
    /// <exception cref="InvalidOperationException">libtorch has other names for them, or not as many.</exception>
    public static void Load(TorchModule module, IReadOnlyDictionary<string, double[]> state)
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Dictionary<string, Tensor> own = module.state_dict();
        var different = own.Keys.ToHashSet();
        different.SymmetricExceptWith(state.Keys);
        if (different.Count > 0)
        {
            throw new InvalidOperationException($"only one side has {string.Join(", ", different)}");
        }

        foreach ((string name, double[] values) in state)
        {
            own[name].copy_(tensor(values).reshape(own[name].shape));
        }
    }

    private static TorchModule Freeze(TorchModule module, string? parameter)
    {
        foreach ((string name, TorchParameter weight) in module.named_parameters())
        {
            if (parameter is null || name.Split('.')[^1] == parameter)
            {
                weight.requires_grad_(false);
            }
        }

        return module;
    }

    private static Tensor OfChannels(IReadOnlyList<float> values) => tensor(values.ToArray(), dtype: get_default_dtype()).reshape(-1, 1, 1);
}
