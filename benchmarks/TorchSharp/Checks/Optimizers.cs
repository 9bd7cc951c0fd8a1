using CifarFast.Engine.Nn;
using CifarFast.Engine.Optim;

namespace CifarFast.Benchmarks.TorchSharp.Checks;

/// <summary>The optimizers that networks are compared with.</summary>
internal static class Optimizers
{
    public static SGD Sgd { get; } = new(LearningRate: 0.05f, Momentum: 0.9f, Nesterov: true, WeightDecay: 5e-4f);

    /// <summary>
    /// Adam divides each gradient by its own size, and the rounding in it too, up to 1/ε times. By PyTorch's ε a weight whose gradient is next to nothing
    /// goes either way, as it does in libtorch in single precision; this one leaves errors small enough to see others.
    /// </summary>
    public static AdamW AdamW { get; } = new(LearningRate: 0.002f, Epsilon: 1e-3f, WeightDecay: 0.1f);

    /// <summary>Muon for the matrices of a network, and SGD for its vectors.</summary>
    public static Muon Muon(Architecture network) => ForMatrices(new Muon(), network);

    /// <summary>Every option that an optimizer has, once.</summary>
    public static IReadOnlyList<Optimizer> All(Architecture network) =>
    [
        new SGD(LearningRate: 0.1f),
        new SGD(LearningRate: 0.1f, WeightDecay: 0.01f),
        new SGD(LearningRate: 0.1f, Momentum: 0.9f),
        new SGD(LearningRate: 0.1f, Momentum: 0.9f, WeightDecay: 0.01f, DecoupledWeightDecay: true),
        new SGD(LearningRate: 0.1f, WeightDecay: 0.01f, DecoupledWeightDecay: true),
        Sgd with { MaxGradientNorm = 0.5f },
        Sgd with { Groups = [new ParameterGroup("*.bias", LearningRateFactor: 2, WeightDecay: 0), new ParameterGroup("0.*", LearningRateFactor: 0.5f)] },
        AdamW,
        new AdamW(),
        new AdamW(LearningRate: 0.01f, Beta1: 0.5, Beta2: 0.9, Epsilon: 0.01f, WeightDecay: 0),
        AdamW with { Groups = [new ParameterGroup("*.bias") { Optimizer = Sgd }], MaxGradientNorm = 0.5f },
        Muon(network),
        ForMatrices(new Muon(LearningRate: 0.1f, Momentum: 0), network),
        ForMatrices(new Muon(LearningRate: 0.1f, Momentum: 0.6f, Nesterov: false, Steps: 3), network),
        ForMatrices(new Muon(LearningRate: 0.1f, Momentum: 0.6f, Steps: 1, NormalizeWeights: true, WeightDecay: 0.1f), network),
    ];

    private static Muon ForMatrices(Muon muon, Architecture network) => muon with
    {
        Groups =
        [
            new ParameterGroup("*.bias") { Optimizer = Sgd },
            .. network.Graph.Nodes.Where(node => node.Layer is BatchNorm2d).Select(node => new ParameterGroup($"{node.Path}.weight") { Optimizer = Sgd }),
        ],
    };
}
