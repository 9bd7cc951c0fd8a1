using CifarFast.Engine.Diagnostics;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Kernels.Elementwise;
using CifarFast.Engine.Kernels.Normalization;
using CifarFast.Engine.Kernels.Pooling;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tensors;

namespace CifarFast.Benchmarks.Reports;

/// <summary>
/// Kernels against what the core and the memory can do at most (Williams, Waterman and Patterson 2009, "Roofline: An Insightful Visual Performance Model
/// for Multicore Architectures"), all taking turns, as a table and a picture.
/// </summary>
internal static class RooflineReport
{
    private const int UsualRounds = 15;

    /// <summary>As airbench94 trains: images between layers are far larger than caches.</summary>
    private const int BatchSize = 1024;

    /// <summary>As the reference recipe trains.</summary>
    private const int LinearBatchSize = 64;

    /// <summary>More than caches have room for, as a step goes through all weights once.</summary>
    private const int Weights = 1 << 24;

    private static readonly ExecutionOptions _execution = new() { Threads = 1 };

    public static Markdown Write(Measurement measurement)
    {
        int rounds = measurement.Rounds(UsualRounds);
        measurement.Show("preparing");
        var peak = new FmaPeak(_execution.Tier, _execution.Threads);
        var triad = new Triad(_execution);
        Contestant peakContestant = new("peak", peak.Run), triadContestant = new("triad", triad.Run);
        RooflineKernel[] kernels =
        [
            .. ConvolutionCase.ReferenceLayers.Concat(ConvolutionCase.Airbench94Layers).SelectMany(Convolution),
            .. LinearLayer(),
            .. NormalizationLayer(),
            .. ActivationLayer(new GELU(), default(Gelu), new SampleLayout(24, 31, 31, Border: 0)),
            .. ActivationLayer(new ReLU(), default(Relu), new SampleLayout(64, 16, 16, Border: 0)),
            .. PoolingLayer(),
            OptimizerStep(),
        ];
        measurement.Compete([peakContestant, triadContestant, .. kernels.Select(kernel => kernel.Contestant)], rounds, warmUpSeconds: 0.3);

        double flops = peak.Flops / peakContestant.Seconds;
        double bandwidth = Triad.Bytes / triadContestant.Seconds;
        string picture = measurement.WritePicture(RooflinePicture.Draw($"Kernels on {_execution.Tier.Name()}, one thread", kernels, flops, bandwidth));
        Markdown report = new Markdown()
            .Line($"{Markdown.Provenance} {_execution.Tier.Name()}, one thread, median of {rounds} rounds in which all take turns. The peak was {flops / 1e9:F1} GFLOP/s, the memory's bandwidth {bandwidth / 1e9:F1} GB/s (12 bytes an element of `a = b + 3·c`), so what does fewer than {flops / bandwidth:F1} operations for each byte waits for memory.")
            .Line($"\n![Kernels under the roof of peak and memory]({picture})")
            .Table("kernel", "pass", "Mflop:", "MB at least:", "flop/byte:", "GFLOP/s:", "GB/s:", "of the roof:");
        foreach (RooflineKernel kernel in kernels)
        {
            double roof = Math.Min(flops, kernel.Intensity * bandwidth);
            report.Line($"| {kernel.Name}{(kernel.Kind == RooflineKind.Winograd ? ", Winograd" : "")} | {kernel.Pass} | {kernel.Flops / 1e6:F1} | {kernel.Bytes / 1e6:F1} | {kernel.Intensity:F2} | {kernel.Rate / 1e9:F1} | {kernel.Bandwidth / 1e9:F1} | {kernel.Rate / roof:P0} |");
        }

        return report;
    }

    private static IEnumerable<RooflineKernel> Convolution(string layer)
    {
        // Training has no use for the gradient of images.
        var passes = new ConvolutionCase(layer, _execution).Passes.Where((_, i) => i != 1 || !layer.StartsWith("3-", StringComparison.Ordinal));
        return passes.Select(pass => new RooflineKernel(
            layer,
            pass.Name,
            pass.IsWinograd ? RooflineKind.Winograd : RooflineKind.DirectConvolution,
            ConvolutionCase.FlopsOf(layer),
            ConvolutionCase.BytesOf(layer),
            new Contestant(pass.Name, pass.Run, repeats: 2)));
    }

    private static IEnumerable<RooflineKernel> LinearLayer()
    {
        var layer = new Linear(8192, 128);
        double flops = 2.0 * layer.MultiplyAdds(new Shape(layer.InFeatures)) * LinearBatchSize;
        return Passes(RooflineKind.Linear, layer, new Shape(layer.InFeatures), LinearBatchSize, flops, 2 * flops);
    }

    private static IEnumerable<RooflineKernel> NormalizationLayer()
    {
        var layout = new SampleLayout(64, 15, 15, Border: 0);
        var kernels = new SimdBatchNorm<CountingSimd, float, Identity>(new BatchNormGeometry(layout, layout, layout, layout), default, readsOutput: false);
        float[] sample = new float[layout.Size], result = new float[layout.Size], channels = new float[layout.Channels];
        double[] moments = new double[layout.Channels];
        long forward = CountingSimd.CountOf(() =>
        {
            kernels.Moments(sample, moments, moments);
            kernels.Forward(sample, channels, channels, channels, result);
        });
        long backward = CountingSimd.CountOf(() =>
        {
            kernels.BackwardSums(sample, channels, channels, channels, sample, channels, new float[layout.Channels], Accumulation.Overwrite, result);
            kernels.BackwardInput(sample, channels, channels, channels, channels, sample, result);
        });
        return Images(RooflineKind.Normalization, new BatchNorm2d(layout.Channels), layout, forward, backward);
    }

    private static IEnumerable<RooflineKernel> ActivationLayer<TActivation>(Activation layer, TActivation activation, SampleLayout layout)
        where TActivation : struct, IActivation
    {
        var loops = new ElementwiseLoops<CountingSimd, float>();
        float[] sample = new float[layout.Size], result = new float[layout.Size];
        long forward = CountingSimd.CountOf(() => loops.Unary(activation, sample, result));
        long backward = CountingSimd.CountOf(() => loops.Binary(activation, sample, sample, result));
        return Images(RooflineKind.Activation, layer, layout, forward, backward);
    }

    private static IEnumerable<RooflineKernel> PoolingLayer()
    {
        var input = new SampleLayout(32, 32, 32, Border: 0);
        var output = new SampleLayout(32, 16, 16, Border: 0);
        var kernels = new SimdMaxPool<CountingSimd, float>(new PoolingGeometry(window: 2, stride: 2, input, output, output, input));
        float[] sample = new float[input.Size], maxima = new float[output.Size];
        ushort[] argMax = new ushort[output.Size];
        long forward = CountingSimd.CountOf(() => kernels.Forward(sample, maxima, argMax));
        long backward = CountingSimd.CountOf(() => kernels.Backward(argMax, maxima, sample));
        return Images(RooflineKind.Pooling, new MaxPool2d(2), input, forward, backward);
    }

    private static RooflineKernel OptimizerStep()
    {
        var step = new SgdStep(LearningRate: 1e-4f, Momentum: 0.9f, Nesterov: true, WeightDecay: 1e-4f);
        AlignedBuffer gradient = new(Weights), momentum = new(Weights), weight = new(Weights);
        gradient.Span.Fill(0.5f);
        momentum.Span.Fill(0.5f);
        weight.Span.Fill(0.5f);
        float[] one = [1], state = [1], result = [1];
        long operations = CountingSimd.CountOf(() => new ElementwiseLoops<CountingSimd, float>().Update(step, one, state, result));
        ElementwiseKernels kernels = ElementwiseKernels.For(_execution);

        // Gradient, momentum and weight are read, momentum and weight written.
        return new RooflineKernel(
            "SGD, momentum",
            "update",
            RooflineKind.Optimizer,
            (double)operations * Weights,
            5.0 * sizeof(float) * Weights,
            new Contestant("SGD", () => kernels.Update(step, gradient.Span, momentum.Span, weight.Span)));
    }

    private static IEnumerable<RooflineKernel> Images(RooflineKind kind, Layer layer, SampleLayout input, long forward, long backward) =>
        Passes(kind, layer, new Shape(input.Channels, input.Height, input.Width), BatchSize, (double)forward * BatchSize, (double)backward * BatchSize);

    private static IEnumerable<RooflineKernel> Passes(RooflineKind kind, Layer layer, Shape input, int batchSize, double forward, double backward)
    {
        var passes = new LayerCase(layer, input, _execution, batchSize);
        string name = $"{layer}, {batchSize} × {input}";
        yield return new RooflineKernel(name, "forward", kind, forward, passes.ForwardBytes, new Contestant(name, passes.Forward));
        yield return new RooflineKernel(name, "backward", kind, backward, passes.BackwardBytes, new Contestant(name, passes.Backward));
    }
}
