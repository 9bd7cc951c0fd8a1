using CifarFast.Engine.Kernels;
using CifarFast.Engine.Kernels.Convolution;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tests.Execution;
using CsCheck;

namespace CifarFast.Engine.Tests.Kernels.Convolution;

/// <summary>Convolutions of every tier against the naive one, and that one against numbers worked out by hand.</summary>
public class ConvolutionTests
{
    public static TheoryData<string, string> CasesAndTiers => ExecutionPaths.Combine(ConvolutionCases.All.Keys, ExecutionPaths.Fast);

    [Theory]
    [MemberData(nameof(CasesAndTiers))]
    public void All_passes_agree_with_the_naive_ones(string name, string tier) => AssertAgree(ConvolutionCases.All[name], tier);

    [Theory]
    [MemberData(nameof(ExecutionPaths.Fast), MemberType = typeof(ExecutionPaths))]
    [Trait("Emulated", "yes")]
    public void All_passes_agree_with_the_naive_ones_on_any_geometry(string tier) =>
        Gen.Select(Gen.Select(Gen.Int[1, 5], Gen.Int[1, 3], Gen.Int[0, 2]), Gen.Int[1, 40], Gen.Int[1, 40], Gen.Int[1, 9], Gen.Int[1, 15], Gen.Int[-3, 2])
            .Select((window, inputs, outputs, height, width, border) =>
                new ConvolutionCase(window.Item1, window.Item2, window.Item3, inputs, outputs, height, width, border))
            .Where(one => one.IsPossible)
            .Sample(one => AssertAgree(one, tier), iter: 40);

    [Theory]
    [MemberData(nameof(ExecutionPaths.All), MemberType = typeof(ExecutionPaths))]
    public void A_small_convolution_is_what_a_pencil_makes_it(string path)
    {
        // 1 2 3     1  2               stride 1, no padding
        // 4 5 6  *  3 -1  + 0.5
        ConvolutionGeometry geometry = new ConvolutionCase(Kernel: 2, Stride: 1, Padding: 0, Inputs: 1, Outputs: 1, Height: 2, Width: 3, Border: 0).Geometry;
        var algorithm = new TestedConvolution(new ConvolutionProblem(ExecutionPaths.Options(path) with { Convolution = ConvolutionKind.Direct }, geometry));
        float[] input = Samples.Place(geometry.Input, [1, 2, 3, 4, 5, 6]);
        float[] weight = StoredParameter.Place(algorithm.WeightLayout, [1, 2, 3, -1]);
        float[] bias = StoredParameter.Place(algorithm.BiasLayout, [0.5f]);
        float[] output = new float[geometry.Output.Size];
        algorithm.Forward.Run(input, weight, bias, output, scratch: []);
        Assert.Equal([1 + 4 + 12 - 5 + 0.5f, 2 + 6 + 15 - 6 + 0.5f], output);

        // The output gradient 10, 1: every input takes the weights of the windows it is in.
        float[] outputGradient = Samples.Place(geometry.OutputGradient, [10, 1]);
        float[] inputGradient = new float[geometry.InputGradient.Size];
        algorithm.BackwardData.Prepare(weight);
        algorithm.BackwardData.Run(outputGradient, inputGradient, new float[algorithm.BackwardData.ScratchLength]);
        Assert.Equal([10, 20 + 1, 2, 30, -10 + 3, -1], inputGradient);

        float[] weightGradient = new float[algorithm.WeightLayout.StoredLength];
        float[] biasGradient = new float[algorithm.BiasLayout.StoredLength];
        algorithm.BackwardWeights.Run(
            input, outputGradient, weightGradient, biasGradient, Accumulation.Overwrite, new float[algorithm.BackwardWeights.ScratchLength], endsShard: true);
        Assert.Equal([10 + 2, 20 + 3, 40 + 5, 50 + 6], StoredParameter.Take(algorithm.WeightLayout, weightGradient, 4));
        Assert.Equal([11], StoredParameter.Take(algorithm.BiasLayout, biasGradient, 1));
    }

    [Theory]
    [MemberData(nameof(ExecutionPaths.Fast), MemberType = typeof(ExecutionPaths))]
    public void Spans_that_are_too_short_are_refused(string tier)
    {
        // A stride makes the backward pass spread the output gradient out in scratch.
        ConvolutionGeometry geometry = new ConvolutionCase(Kernel: 3, Stride: 2, Padding: 1, Inputs: 3, Outputs: 17, Height: 5, Width: 6, Border: 0).Geometry;
        var algorithm = new TestedConvolution(new ConvolutionProblem(ExecutionPaths.Options(tier) with { Convolution = ConvolutionKind.Direct }, geometry));
        Memory<float> input = new float[geometry.Input.Size];
        Memory<float> output = new float[geometry.Output.Size];
        Memory<float> outputGradient = new float[geometry.OutputGradient.Size];
        Memory<float> inputGradient = new float[geometry.InputGradient.Size];
        Memory<float> weight = new float[algorithm.WeightLayout.StoredLength];
        Memory<float> bias = new float[algorithm.BiasLayout.StoredLength];
        Memory<float> dataScratch = new float[algorithm.BackwardData.ScratchLength];
        Memory<float> weightsScratch = new float[algorithm.BackwardWeights.ScratchLength];

        ShortSpans.AssertRefused([input, weight, bias, output], spans =>
            algorithm.Forward.Run(spans[0].Span, spans[1].Span, spans[2].Span, spans[3].Span, scratch: []));
        ShortSpans.AssertRefused([weight], spans => algorithm.BackwardData.Prepare(spans[0].Span));
        ShortSpans.AssertRefused([outputGradient, inputGradient, dataScratch], spans =>
            algorithm.BackwardData.Run(spans[0].Span, spans[1].Span, spans[2].Span));
        ShortSpans.AssertRefused([input, outputGradient, weight, bias], spans =>
            algorithm.BackwardWeights.Run(spans[0].Span, spans[1].Span, spans[2].Span, spans[3].Span, Accumulation.Overwrite, weightsScratch.Span, endsShard: true));
    }

    [Theory]
    [MemberData(nameof(ExecutionPaths.Fast), MemberType = typeof(ExecutionPaths))]
    public void Scratch_that_is_too_short_to_pack_into_is_refused(string tier)
    {
        // Without a stride scratch is for packing alone, which vectors of more than one float need for 17 channels.
        ConvolutionGeometry geometry = new ConvolutionCase(Kernel: 3, Stride: 1, Padding: 1, Inputs: 3, Outputs: 17, Height: 5, Width: 6, Border: 0).Geometry;
        var algorithm = new TestedConvolution(new ConvolutionProblem(ExecutionPaths.Options(tier) with { Convolution = ConvolutionKind.Direct }, geometry));
        if (SimdTiers.Resolve(tier) == SimdTier.Scalar)
        {
            Assert.Equal(0, algorithm.BackwardWeights.ScratchLength);
            return;
        }

        float[] input = new float[geometry.Input.Size];
        float[] outputGradient = new float[geometry.OutputGradient.Size];
        float[] weight = new float[algorithm.WeightLayout.StoredLength];
        float[] bias = new float[algorithm.BiasLayout.StoredLength];
        ShortSpans.AssertRefused([new float[algorithm.BackwardWeights.ScratchLength]], spans =>
            algorithm.BackwardWeights.Run(input, outputGradient, weight, bias, Accumulation.Overwrite, spans[0].Span, endsShard: true));
    }

    [Fact]
    public void The_border_of_the_output_gradient_is_what_a_reading_in_place_needs()
    {
        Assert.Equal(1, ConvolutionGeometry.OutputGradientBorder(kernel: 3, stride: 1, padding: 1));
        Assert.Equal(4, ConvolutionGeometry.OutputGradientBorder(kernel: 5, stride: 1, padding: 0));
        Assert.Equal(0, ConvolutionGeometry.OutputGradientBorder(kernel: 1, stride: 1, padding: 2));
        Assert.Equal(0, ConvolutionGeometry.OutputGradientBorder(kernel: 3, stride: 2, padding: 0));
    }

    private static void AssertAgree(ConvolutionCase one, string tier)
    {
        ConvolutionGeometry geometry = one.Geometry;
        IReadOnlyList<NamedValues> reference = ConvolutionRun.Run(TestedConvolution.Naive(geometry), GuardSide.Behind);
        IReadOnlyList<NamedValues> magnitudes = ConvolutionRun.Run(TestedConvolution.Naive(geometry), GuardSide.Behind, absolute: true);
        foreach (GuardSide side in Enum.GetValues<GuardSide>())
        {
            var algorithm = new TestedConvolution(new ConvolutionProblem(ExecutionPaths.Options(tier) with { Convolution = ConvolutionKind.Direct }, geometry));
            ScaledTolerance.AssertAgree(ConvolutionRun.Run(algorithm, side), reference, magnitudes);
        }
    }
}
