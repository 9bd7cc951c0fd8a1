using CifarFast.Engine.Optim;
using static TorchSharp.torch;
using TorchParameter = TorchSharp.Modules.Parameter;

namespace CifarFast.Benchmarks.TorchSharp.Checks;

/// <summary>An optimizer of the engine as those of libtorch, one for each group of parameters, as they may be of different kinds.</summary>
internal sealed class TorchOptimizer
{
    private readonly Optimizer _optimizer;
    private readonly TorchParameter[] _trained;
    private readonly Part[] _parts;

    public TorchOptimizer(Optimizer optimizer, IReadOnlyList<(string Name, TorchParameter Parameter)> trained)
    {
        _optimizer = optimizer;
        _trained = [.. trained.Select(named => named.Parameter)];
        _parts = [.. trained
            .GroupBy(named => optimizer.Groups.FirstOrDefault(group => group.Has(named.Name)), named => named.Parameter)
            .Select(part => CreatePart(part.Key, part.Key?.Optimizer ?? optimizer, [.. part]))];
    }

    /// <summary>Updates the parameters.</summary>
    /// <param name="schedule">How learning rates change where a group has no schedule of its own.</param>
    /// <param name="position">Where in the run the step is.</param>
    public void Step(LearningRateSchedule schedule, RunPosition position)
    {
        using var scope = NewDisposeScope();
        if (_optimizer.MaxGradientNorm is float most)
        {
            nn.utils.clip_grad_norm_(_trained, most);
        }

        foreach ((ParameterGroup? group, Optimizer own, Action<double> update) in _parts)
        {
            update((double)own.LearningRate * (group?.Schedule ?? schedule).Factor(position) * (group?.LearningRateFactor ?? 1));
        }
    }

    private static Part CreatePart(ParameterGroup? group, Optimizer own, TorchParameter[] parameters) =>
        new(group, own, Create(own, group?.WeightDecay ?? own.WeightDecay, parameters));

    private static Action<double> Create(Optimizer own, double decay, TorchParameter[] parameters) => own switch
    {
        SGD { DecoupledWeightDecay: true } sgd => Decayed(parameters, decay, Create(sgd with { DecoupledWeightDecay = false }, decay: 0, parameters)),
        SGD sgd => Updating(optim.SGD(parameters, learningRate: 1, momentum: sgd.Momentum, weight_decay: decay, nesterov: sgd.Nesterov)),
        AdamW adam => Updating(optim.AdamW(parameters, lr: 1, beta1: adam.Beta1, beta2: adam.Beta2, eps: adam.Epsilon, weight_decay: decay)),
        Muon muon => Decayed(parameters, decay, new TorchMuon(muon, parameters).Step, muon.NormalizeWeights),
        _ => throw new NotSupportedException($"{own} has to be put into libtorch's terms"),
    };

    private static Action<double> Updating(optim.Optimizer optimizer) => learningRate =>
    {
        foreach (optim.ILearningRateController group in optimizer.ParamGroups)
        {
            group.LearningRate = learningRate;
        }

        optimizer.step();
    };

    /// <summary>Takes decoupled decay off the weights before they are updated; before that, they may be rescaled.</summary>
    private static Action<double> Decayed(TorchParameter[] parameters, double decay, Action<double> update, bool normalize = false) => learningRate =>
    {
        using (no_grad())
        {
            foreach (TorchParameter weight in parameters)
            {
                if (normalize)
                {
                    weight.mul_(Math.Sqrt(weight.shape[0]) / weight.norm());
                }

                weight.mul_(1 - (learningRate * decay));
            }
        }

        update(learningRate);
    };

    private sealed record Part(ParameterGroup? Group, Optimizer Own, Action<double> Update);
}
