using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Optim;

/// <summary>A part of the weights that is updated at once.</summary>
internal readonly ref struct OptimizerBlock
{
    /// <summary>The parameter, where an optimizer updates matrices; else null, as a part may be of several parameters or of a piece of one.</summary>
    public required Parameter? Matrix { get; init; }

    /// <summary>The step size, all factors included.</summary>
    public required float LearningRate { get; init; }

    /// <summary>The weight decay.</summary>
    public required float WeightDecay { get; init; }

    /// <summary>The number of the update, from 1.</summary>
    public required long Step { get; init; }

    /// <summary>The gradients.</summary>
    public required ReadOnlySpan<float> Gradient { get; init; }

    /// <summary>The first of <see cref="Optimizer.Buffers"/>; empty where there is none.</summary>
    public required Span<float> First { get; init; }

    /// <summary>The second of <see cref="Optimizer.Buffers"/>; empty where there is none.</summary>
    public required Span<float> Second { get; init; }

    /// <summary>The weights, which are updated.</summary>
    public required Span<float> Weight { get; init; }
}
