using CifarFast.Engine.Kernels;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Operators;

/// <summary>Where in a network an operator stands.</summary>
internal sealed record OperatorContext
{
    /// <summary>The layer's name in the network, as PyTorch has it: <c>3.body.0</c>.</summary>
    public required string Path { get; init; }

    /// <summary>Which kernels to use.</summary>
    public required ExecutionOptions Execution { get; init; }

    /// <summary>The largest batch.</summary>
    public required int BatchSize { get; init; }

    /// <summary>What it reads.</summary>
    public required IReadOnlyList<OperandLayout> Inputs { get; init; }

    /// <summary>What it writes.</summary>
    public required OperandLayout Result { get; init; }

    /// <summary>How many rows and columns of the output, where it is an image, anything reads, from the first; may be more than there are.</summary>
    public required (int Rows, int Columns) UsedExtent { get; init; }

    /// <summary>Whether output and first input are the same memory, and their gradients too, unless the layer leaves values as they are.</summary>
    public required bool IsInPlace { get; init; }

    /// <summary>Whether backward passes compute the output again: by forward calls after <see cref="SampleOperator.PrepareBackward"/>.</summary>
    public required bool IsRecomputed { get; init; }

    /// <summary>Whether the network has gradients, so that it can be trained.</summary>
    public required bool IsTrained { get; init; }

    /// <summary>Whether its parameters need no gradients.</summary>
    public required bool IsFrozen { get; init; }

    /// <summary>What random numbers are functions of.</summary>
    public required StepRandomness Randomness { get; init; }

    /// <summary>What the two halves of a batch normalisation in training share; null for other operators, and where nothing is trained.</summary>
    public BatchNormStatistics? Statistics { get; init; }

    /// <summary>The batch normalisation behind a convolution that is to compute it along; null for other operators.</summary>
    public FoldedBatchNorm2dOperator? FoldedNormalization { get; init; }

    /// <summary>How a sample of the first input lies in memory.</summary>
    public SampleLayout Input => Inputs[0].Values;

    /// <summary>How the gradient of a sample of the first input lies in memory.</summary>
    public SampleLayout InputGradient => Inputs[0].Gradient;

    /// <summary>How a sample of the output lies in memory.</summary>
    public SampleLayout Output => Result.Values;

    /// <summary>How the gradient of a sample of the output lies in memory.</summary>
    public SampleLayout OutputGradient => Result.Gradient;
}
