using CifarFast.Engine.Kernels.Linear;

namespace CifarFast.Engine.Tests.Kernels.Linear;

/// <summary>Runs all passes of a linear layer over a batch in guarded memory, their tasks from the last to the first.</summary>
internal static class LinearPasses
{
    /// <summary>Everything the algorithm computes from numbers that depend on the geometry and the batch alone.</summary>
    public static IReadOnlyList<NamedValues> Run(ILinear algorithm, LinearGeometry geometry, int samples, GuardSide side, bool absolute = false)
    {
        using var memory = new GuardedMemory(side);
        var random = new RandomValues((ulong)samples, absolute);
        int weights = geometry.Inputs * geometry.Outputs;
        ReadOnlySpan<float> weight = memory.Hold(StoredParameter.Place(algorithm.WeightLayout, random.Next(weights)));
        ReadOnlySpan<float> bias = memory.Hold(StoredParameter.Place(algorithm.BiasLayout, random.Next(geometry.Outputs)));
        ReadOnlySpan<float> input = memory.Hold(Samples.Place(geometry.Input, random.Next(samples * geometry.Inputs)));
        ReadOnlySpan<float> outputGradient = memory.Hold(Samples.Place(geometry.Output, random.Next(samples * geometry.Outputs)));
        Span<float> output = memory.Allocate(Samples.Length(geometry.Output, samples));
        Span<float> inputGradient = memory.Allocate(Samples.Length(geometry.Input, samples));
        Span<float> weightGradient = memory.Allocate(StoredParameter.Unwritten(algorithm.WeightLayout, weights));
        Span<float> biasGradient = memory.Allocate(StoredParameter.Unwritten(algorithm.BiasLayout, geometry.Outputs));

        for (int task = algorithm.ForwardTasks - 1; task >= 0; task--)
        {
            algorithm.Forward(task, samples, input, weight, bias, output);
        }

        algorithm.PrepareBackward(samples, outputGradient);
        for (int task = algorithm.BackwardParametersTasks - 1; task >= 0; task--)
        {
            algorithm.BackwardParameters(task, samples, input, outputGradient, weightGradient, biasGradient);
        }

        for (int task = algorithm.BackwardInputTasks - 1; task >= 0; task--)
        {
            algorithm.BackwardInput(task, samples, weight, outputGradient, inputGradient);
        }

        memory.AssertIntact();
        return
        [
            new NamedValues("output", Samples.Take(geometry.Output, output, samples)),
            new NamedValues("weight gradient", StoredParameter.Take(algorithm.WeightLayout, weightGradient, weights)),
            new NamedValues("bias gradient", StoredParameter.Take(algorithm.BiasLayout, biasGradient, geometry.Outputs)),
            new NamedValues("input gradient", Samples.Take(geometry.Input, inputGradient, samples)),
        ];
    }
}
