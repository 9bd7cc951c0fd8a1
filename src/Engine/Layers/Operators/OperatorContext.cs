using CifarFast.Engine.Kernels;
using CifarFast.Engine.Kernels.Pooling;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Layers.Operators;

/// <summary>Where in a network an operator stands.</summary>
internal sealed record OperatorContext
{
    /// <summary>Which kernels to use.</summary>
    public required ExecutionOptions Execution { get; init; }

    /// <summary>The largest batch.</summary>
    public required int BatchSize { get; init; }

    /// <summary>How a sample of the input lies in memory.</summary>
    public required SampleLayout Input { get; init; }

    /// <summary>How a sample of the output lies in memory.</summary>
    public required SampleLayout Output { get; init; }

    /// <summary>How the gradient of a sample of the output lies in memory.</summary>
    public required SampleLayout OutputGradient { get; init; }

    /// <summary>How the gradient of a sample of the input lies in memory.</summary>
    public required SampleLayout InputGradient { get; init; }

    /// <summary>How the gradient of the output lies in memory where max-pooling, which comes next, gives it as lists; else null.</summary>
    public PooledGradientLayout? PooledOutputGradient { get; init; }

    /// <summary>How the gradient of the input is to lie in memory where the convolution before it wants it as lists; else null.</summary>
    public PooledGradientLayout? PooledInputGradient { get; init; }
}
