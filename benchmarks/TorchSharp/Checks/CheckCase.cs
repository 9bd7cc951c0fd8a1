using CifarFast.Engine.Execution;
using CifarFast.Engine.Losses;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Optim;

namespace CifarFast.Benchmarks.TorchSharp.Checks;

/// <summary>A network to compare, a batch, and how it is trained.</summary>
internal sealed record CheckCase
{
    public required Architecture Architecture { get; init; }

    /// <summary>Sample after sample, each row-major.</summary>
    public required float[] Samples { get; init; }

    public required int[] Labels { get; init; }

    /// <summary>Sets what the engine's network begins with; libtorch's gets the same.</summary>
    public required Action<Network> Initialize { get; init; }

    public CrossEntropyLoss Loss { get; init; } = new();

    public LearningRateSchedule Schedule { get; init; } = new ConstantSchedule();

    /// <summary>Each of them trains a network of its own.</summary>
    public required IReadOnlyList<Optimizer> Optimizers { get; init; }

    /// <summary>Whether the gradient of the batch is compared too, which a network that trains has no use for.</summary>
    public bool HasInputGradient { get; init; }
}
