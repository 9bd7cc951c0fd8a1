using CifarFast.Engine.Kernels;
using CifarFast.Engine.Kernels.Convolution;

namespace CifarFast.Engine.Tests.Kernels.Convolution;

/// <summary>Runs all passes of a convolution over two samples in guarded memory, in the order in which a network does.</summary>
internal static class ConvolutionRun
{
    private const int SampleCount = 2;

    /// <summary>Everything the algorithm computes from numbers that depend on the geometry alone.</summary>
    public static IReadOnlyList<NamedValues> Run(TestedConvolution algorithm, GuardSide side, bool absolute = false)
    {
        ConvolutionGeometry geometry = algorithm.Geometry;
        using var memory = new GuardedMemory(side);
        var random = new RandomValues(seed: 1, absolute);
        var results = new List<NamedValues>();
        ReadOnlySpan<float> weight = memory.Hold(StoredParameter.Place(algorithm.WeightLayout, random.Next(geometry.WeightCount)));
        ReadOnlySpan<float> bias = memory.Hold(StoredParameter.Place(algorithm.BiasLayout, random.Next(geometry.Output.Channels)));
        Span<float> weightGradient = memory.Allocate(StoredParameter.Unwritten(algorithm.WeightLayout, geometry.WeightCount));
        Span<float> biasGradient = memory.Allocate(StoredParameter.Unwritten(algorithm.BiasLayout, geometry.Output.Channels));
        Span<float> forwardScratch = memory.Allocate(algorithm.Forward.ScratchLength);
        Span<float> dataScratch = memory.Allocate(algorithm.BackwardData.ScratchLength);
        Span<float> weightsScratch = memory.Allocate(algorithm.BackwardWeights.ScratchLength);

        algorithm.Forward.Prepare(weight);
        algorithm.BackwardData.Prepare(weight);
        ReadOnlySpan<float> firstInput = default;
        ReadOnlySpan<float> firstOutputGradient = default;
        for (int n = 0; n < SampleCount; n++)
        {
            ReadOnlySpan<float> input = memory.Hold(Samples.Place(geometry.Input, random.Next(geometry.Input.Features)));
            Span<float> output = memory.Allocate(geometry.Output.Size);
            algorithm.Forward.Run(input, weight, bias, output, forwardScratch);
            results.Add(new NamedValues($"output of sample {n}", Samples.Take(geometry.Output, output)));

            // A shard of the first sample alone, then one of both: the first sample writes the parameters' gradients, the next one adds to them; scratch is
            // what the last shard left.
            ReadOnlySpan<float> outputGradient = memory.Hold(Samples.Place(geometry.OutputGradient, random.Next(geometry.Output.Features)));
            if (n == 0)
            {
                firstInput = input;
                firstOutputGradient = outputGradient;
            }
            else
            {
                algorithm.BackwardWeights.Run(firstInput, firstOutputGradient, weightGradient, biasGradient, Accumulation.Overwrite, weightsScratch, endsShard: false);
            }

            algorithm.BackwardWeights.Run(
                input, outputGradient, weightGradient, biasGradient, n > 0 ? Accumulation.Add : Accumulation.Overwrite, weightsScratch, endsShard: true);
            results.Add(new NamedValues(
                $"weight gradient after sample {n}", StoredParameter.Take(algorithm.WeightLayout, weightGradient, geometry.WeightCount)));
            results.Add(new NamedValues(
                $"bias gradient after sample {n}", StoredParameter.Take(algorithm.BiasLayout, biasGradient, geometry.Output.Channels)));

            Span<float> inputGradient = memory.Allocate(geometry.InputGradient.Size);
            algorithm.BackwardData.Run(outputGradient, inputGradient, dataScratch);
            results.Add(new NamedValues($"input gradient of sample {n}", Samples.Take(geometry.InputGradient, inputGradient)));
        }

        memory.AssertIntact();
        return results;
    }
}
