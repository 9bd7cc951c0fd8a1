using CifarFast.Engine.Kernels.Linear;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Execution;
using CsCheck;

namespace CifarFast.Engine.Tests.Kernels.Linear;

/// <summary>Linear layers of every tier against the naive one, and that one against numbers worked out by hand.</summary>
public class LinearTests
{
    /// <summary>
    /// Inputs and outputs at and beside the edges of vectors, of blocks of depth (512) and of tasks (256 inputs), and of the
    /// blocks that are transposed (128 outputs); images among them, whose features lie in another order than PyTorch's.
    /// </summary>
    private static readonly Dictionary<string, LinearGeometry> Cases = new List<(Shape Input, int Outputs, int MaxSamples)>
    {
        (new Shape(1), 1, 1),
        (new Shape(3), 15, 5),
        (new Shape(15), 16, 6),
        (new Shape(16), 17, 7),
        (new Shape(17), 31, 12),
        (new Shape(31), 32, 13),
        (new Shape(32), 33, 25),
        (new Shape(33), 3, 24),
        (new Shape(3, 4, 5), 10, 11),
        (new Shape(17, 3, 2), 16, 4),
        (new Shape(255), 127, 3),
        (new Shape(256), 128, 6),
        (new Shape(257), 129, 7),
        (new Shape(511), 10, 4),
        (new Shape(512), 33, 5),
        (new Shape(513), 257, 3),
        (new Shape(9), 5, 513),
        (new Shape(8, 8, 9), 10, 6),
    }.ToDictionary(
        one => $"{one.Input} to {one.Outputs}, {one.MaxSamples} samples",
        one => new LinearGeometry(SampleLayout.Of(one.Input), SampleLayout.Of(new Shape(one.Outputs)), one.MaxSamples));

    public static TheoryData<string, string> CasesAndTiers => ExecutionPaths.Combine(Cases.Keys, ExecutionPaths.Fast);

    /// <summary>A full batch, and after it a smaller one, which must meet nothing of the first.</summary>
    [Theory]
    [MemberData(nameof(CasesAndTiers))]
    public void All_passes_agree_with_the_naive_ones(string name, string tier) =>
        AssertAgree(Cases[name], tier, Cases[name].MaxSamples, (Cases[name].MaxSamples + 1) / 2);

    [Theory]
    [MemberData(nameof(ExecutionPaths.Fast), MemberType = typeof(ExecutionPaths))]
    [Trait("Emulated", "yes")]
    public void All_passes_agree_with_the_naive_ones_on_any_geometry(string tier) =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 4], Gen.Int[1, 4], Gen.Int[1, 140], Gen.Int[1, 26], Gen.Int[1, 26]).Sample(
            (channels, height, width, outputs, samples, more) =>
            {
                SampleLayout input = SampleLayout.Of(new Shape(channels, height, width));
                AssertAgree(new LinearGeometry(input, SampleLayout.Of(new Shape(outputs)), samples + more), tier, samples + more, samples);
            },
            iter: 20);

    [Theory]
    [MemberData(nameof(ExecutionPaths.All), MemberType = typeof(ExecutionPaths))]
    public void A_small_layer_is_what_a_pencil_makes_it(string path)
    {
        // An image of 2 channels by 1 row by 2 columns: in memory channels alternate, in the weight they follow each other.
        var geometry = new LinearGeometry(new SampleLayout(2, 1, 2, 0), SampleLayout.Of(new Shape(2)), MaxSamples: 1);
        ILinear algorithm = LinearKernels.Create(ExecutionPaths.Options(path), geometry);
        float[] input = [1, 3, 2, 4];
        float[] weight = StoredParameter.Place(algorithm.WeightLayout, [1, 10, 100, 1000, -1, 0, 1, 2]);
        float[] bias = StoredParameter.Place(algorithm.BiasLayout, [0.5f, -0.5f]);
        float[] output = new float[2];
        float[] outputGradient = [2, 3];
        float[] weightGradient = new float[algorithm.WeightLayout.StoredLength];
        float[] biasGradient = new float[algorithm.BiasLayout.StoredLength];
        float[] inputGradient = new float[4];
        for (int task = 0; task < algorithm.ForwardTasks; task++)
        {
            algorithm.Forward(task, 1, input, weight, bias, output);
        }

        algorithm.PrepareBackward(1, outputGradient);
        for (int task = 0; task < algorithm.BackwardParametersTasks; task++)
        {
            algorithm.BackwardParameters(task, 1, input, outputGradient, weightGradient, biasGradient);
        }

        for (int task = 0; task < algorithm.BackwardInputTasks; task++)
        {
            algorithm.BackwardInput(task, 1, weight, outputGradient, inputGradient);
        }

        Assert.Equal([4321.5f, -1 + 3 + 8 - 0.5f], output);
        Assert.Equal([2, 4, 6, 8, 3, 6, 9, 12], StoredParameter.Take(algorithm.WeightLayout, weightGradient, 8));
        Assert.Equal([2, 3], StoredParameter.Take(algorithm.BiasLayout, biasGradient, 2));
        Assert.Equal([2 - 3, 200 + 3, 20, 2000 + 6], inputGradient);
    }

    [Theory]
    [MemberData(nameof(ExecutionPaths.Fast), MemberType = typeof(ExecutionPaths))]
    public void Spans_that_are_too_short_are_refused(string tier)
    {
        const int samples = 3;
        var geometry = new LinearGeometry(SampleLayout.Of(new Shape(19)), SampleLayout.Of(new Shape(21)), samples);
        ILinear algorithm = LinearKernels.Create(ExecutionPaths.Options(tier), geometry);
        Memory<float> input = new float[Samples.Length(geometry.Input, samples)];
        Memory<float> output = new float[Samples.Length(geometry.Output, samples)];
        Memory<float> weight = new float[algorithm.WeightLayout.StoredLength];
        Memory<float> bias = new float[algorithm.BiasLayout.StoredLength];

        ShortSpans.AssertRefused([input, weight, bias, output], spans =>
            algorithm.Forward(0, samples, spans[0].Span, spans[1].Span, spans[2].Span, spans[3].Span));
        ShortSpans.AssertRefused([output], spans => algorithm.PrepareBackward(samples, spans[0].Span));
        ShortSpans.AssertRefused([weight, output, input], spans =>
            algorithm.BackwardInput(0, samples, spans[0].Span, spans[1].Span, spans[2].Span));
        ShortSpans.AssertRefused([input, output, weight, bias], spans =>
            algorithm.BackwardParameters(0, samples, spans[0].Span, spans[1].Span, spans[2].Span, spans[3].Span));
    }

    [Theory]
    [MemberData(nameof(ExecutionPaths.Fast), MemberType = typeof(ExecutionPaths))]
    public void Tasks_and_batches_out_of_range_are_refused(string tier)
    {
        // Everything is long enough for one sample more than the largest batch.
        var geometry = new LinearGeometry(SampleLayout.Of(new Shape(19)), SampleLayout.Of(new Shape(21)), MaxSamples: 2);
        ILinear algorithm = LinearKernels.Create(ExecutionPaths.Options(tier), geometry);
        float[] input = new float[Samples.Length(geometry.Input, 3)];
        float[] output = new float[Samples.Length(geometry.Output, 3)];
        float[] weight = new float[algorithm.WeightLayout.StoredLength];
        float[] bias = new float[algorithm.BiasLayout.StoredLength];
        Assert.ThrowsAny<ArgumentException>(() => algorithm.PrepareBackward(3, output));
        foreach ((int task, int samples) in new[] { (-1, 1), (1000, 1), (0, 0), (0, -1), (0, 3) })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => algorithm.Forward(task, samples, input, weight, bias, output));
            Assert.Throws<ArgumentOutOfRangeException>(() => algorithm.BackwardInput(task, samples, weight, output, input));
            Assert.Throws<ArgumentOutOfRangeException>(() => algorithm.BackwardParameters(task, samples, input, output, weight, bias));
        }
    }

    private static void AssertAgree(LinearGeometry geometry, string tier, params int[] batches)
    {
        var naive = new NaiveLinear(geometry);
        IReadOnlyList<NamedValues>[] references = [.. batches.Select(samples => LinearPasses.Run(naive, geometry, samples, GuardSide.Behind))];
        IReadOnlyList<NamedValues>[] magnitudes =
            [.. batches.Select(samples => LinearPasses.Run(naive, geometry, samples, GuardSide.Behind, absolute: true))];
        foreach (GuardSide side in Enum.GetValues<GuardSide>())
        {
            ILinear algorithm = LinearKernels.Create(ExecutionPaths.Options(tier), geometry);
            for (int i = 0; i < batches.Length; i++)
            {
                ScaledTolerance.AssertAgree(LinearPasses.Run(algorithm, geometry, batches[i], side), references[i], magnitudes[i]);
            }
        }
    }
}
