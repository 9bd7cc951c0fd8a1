using CifarFast.Engine.Optim;
using CifarFast.Engine.Tensors;
using static TorchSharp.torch;
using TorchModule = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;
using TorchParameter = TorchSharp.Modules.Parameter;

namespace CifarFast.Benchmarks.TorchSharp.Checks;

/// <summary>libtorch's network of a case, in double precision.</summary>
internal sealed class TorchNetwork : ITrainedNetwork
{
    private readonly CheckCase _case;
    private readonly TorchModule _module;
    private readonly TorchOptimizer _optimizer;
    private readonly (string Name, TorchParameter Parameter)[] _trained;

    /// <summary>Makes the network.</summary>
    /// <param name="one">The case.</param>
    /// <param name="optimizer">What trains it.</param>
    /// <param name="state">What it begins with.</param>
    public TorchNetwork(CheckCase one, Optimizer optimizer, IReadOnlyDictionary<string, double[]> state)
    {
        _case = one;
        set_default_dtype(ScalarType.Float64);
        _module = TorchModules.Create(one.Architecture.Module);
        _trained = [.. _module.named_parameters().Where(named => named.parameter.requires_grad)];
        _optimizer = new TorchOptimizer(optimizer, _trained);
        Load(state);
    }

    public IReadOnlyDictionary<string, double[]> State => _module.state_dict().ToDictionary(named => named.Key, named => Read(named.Value));

    /// <summary>Sets parameters and buffers.</summary>
    /// <exception cref="InvalidOperationException">libtorch has other names for them, or not as many.</exception>
    public void Load(IReadOnlyDictionary<string, double[]> state) => TorchModules.Load(_module, state);

    public Pass Run()
    {
        using var scope = NewDisposeScope();
        _module.train();
        _module.zero_grad();
        Tensor input = Input().requires_grad_(_case.HasInputGradient);
        Tensor output = _module.forward(input);
        Tensor labels = tensor(Array.ConvertAll(_case.Labels, label => (long)label));
        Tensor loss = nn.functional.cross_entropy(output, labels, label_smoothing: _case.Loss.LabelSmoothing);
        loss.backward();
        var gradients = _trained.ToDictionary(named => named.Name, named => Read(named.Parameter.grad!));
        if (_case.HasInputGradient)
        {
            gradients["input"] = Read(input.grad!);
        }

        return new Pass(Read(output), Read(loss)[0], gradients);
    }

    public void Step(RunPosition position) => _optimizer.Step(_case.Schedule, position);

    public double[] Evaluate()
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        _module.eval();
        return Read(_module.forward(Input()));
    }

    public void Dispose() => _module.Dispose();

    private Tensor Input()
    {
        Shape sample = _case.Architecture.InputShape;
        return tensor(_case.Samples, dtype: ScalarType.Float64).reshape([_case.Labels.Length, .. Enumerable.Range(0, sample.Rank).Select(axis => (long)sample[axis])]);
    }

    private static double[] Read(Tensor values)
    {
        using var scope = NewDisposeScope();
        return values.detach().to(ScalarType.Float64).contiguous().data<double>().ToArray();
    }
}
