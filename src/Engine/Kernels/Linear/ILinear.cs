using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Linear;

/// <summary>
/// A linear map of a whole batch, <c>output = input·weightᵀ + bias</c>, forward and backward. Every pass is cut into tasks that
/// write to different places, so they may run in any order on any thread; a result does not depend on which. Samples start
/// <see cref="Tensors.SampleLayout.Stride"/> floats apart. Spans must not overlap. Without a bias, that and its gradient are
/// empty.
/// </summary>
internal interface ILinear
{
    /// <summary>How the weight and its gradient are kept.</summary>
    ParameterLayout WeightLayout { get; }

    /// <summary>How the bias and its gradient are kept.</summary>
    ParameterLayout BiasLayout { get; }

    /// <summary>Tasks of <see cref="Forward"/>.</summary>
    int ForwardTasks { get; }

    /// <summary>Tasks of <see cref="BackwardInput"/>.</summary>
    int BackwardInputTasks { get; }

    /// <summary>Tasks of <see cref="BackwardParameters"/>.</summary>
    int BackwardParametersTasks { get; }

    /// <summary>Writes a part of the output of <paramref name="samples"/> samples.</summary>
    void Forward(int task, int samples, ReadOnlySpan<float> input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> output);

    /// <summary>Takes note of the output gradient before the tasks of <see cref="BackwardParameters"/>.</summary>
    void PrepareBackward(int samples, ReadOnlySpan<float> outputGradient);

    /// <summary>Writes a part of the gradient with respect to the input.</summary>
    void BackwardInput(int task, int samples, ReadOnlySpan<float> weight, ReadOnlySpan<float> outputGradient, Span<float> inputGradient);

    /// <summary>Writes a part of the gradients with respect to weight and bias, summed over the samples.</summary>
    void BackwardParameters(
        int task,
        int samples,
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> outputGradient,
        Span<float> weightGradient,
        Span<float> biasGradient);

    /// <summary>Floats that a task of <see cref="BackwardParameters"/> writes.</summary>
    /// <param name="task">The task.</param>
    /// <param name="hasBias">Whether there is a bias.</param>
    int GradientLength(int task, bool hasBias);

    /// <summary>Copies what a task of <see cref="BackwardParameters"/> wrote to one place.</summary>
    void CopyGradient(int task, ReadOnlySpan<float> weightGradient, ReadOnlySpan<float> biasGradient, Span<float> to);

    /// <summary>Writes what a task of <see cref="BackwardParameters"/> would, from where <see cref="CopyGradient"/> put it elsewhere.</summary>
    void SetGradient(int task, ReadOnlySpan<float> from, Span<float> weightGradient, Span<float> biasGradient);
}
