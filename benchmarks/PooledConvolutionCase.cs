using CifarFast.Engine.Kernels;
using CifarFast.Engine.Kernels.Convolution;
using CifarFast.Engine.Kernels.Pooling;
using CifarFast.Engine.Randomness;
using CifarFast.Engine.Tensors;

namespace CifarFast.Benchmarks;

/// <summary>The backward passes of a convolution of the reference network that is max-pooled at once, over several images, from lists of the maxima.</summary>
internal sealed class PooledConvolutionCase
{
    /// <summary>The convolutions that are pooled: inputs, outputs and size of the image.</summary>
    public static readonly string[] Layers = ["16-32-32", "64-128-16"];

    private const int Window = 2;

    private readonly ParallelLoop _loop;
    private readonly Action<int> _gather;
    private readonly Action<int> _backwardInput;
    private readonly Action<int> _backwardParameters;

    /// <summary>Prepares the passes.</summary>
    /// <param name="layer">One of <see cref="Layers"/>.</param>
    /// <param name="execution">How to compute.</param>
    /// <param name="zeros">The share of windows whose gradient is zero, as ReLU lets nothing of them through.</param>
    public PooledConvolutionCase(string layer, ExecutionOptions execution, double zeros)
    {
        ConvolutionGeometry geometry = ConvolutionCase.Geometry(layer);
        (SampleLayout input, SampleLayout image) = (geometry.Input, geometry.Output);
        SampleLayout pooled = image with { Height = image.Height / Window, Width = image.Width / Window, Border = 0 };
        var pooling = new PoolingGeometry(Window, Window, image, pooled, pooled, image);
        PooledGradientLayout layout = ConvolutionPasses.Lists(execution, geometry, pooling)
            ?? throw new ArgumentException($"{layer} on {execution.Tier} takes no lists", nameof(execution));
        var problem = new ConvolutionProblem(execution, geometry, layout);
        IConvolutionBackwardData backwardData = ConvolutionPasses.BackwardData(problem);
        IConvolutionBackwardWeights backwardWeights = ConvolutionPasses.BackwardWeights(problem);
        int weights = problem.WeightLayout.StoredLength;
        var random = new Xoshiro256(1);
        AlignedBuffer weight = Filled(weights, () => random.NextSingle(-1, 1));
        AlignedBuffer[] inputs = Images(input.Size, () => random.NextSingle(-1, 1));
        AlignedBuffer[] argMax = Images(pooling.ArgMax.Size, () => MathF.Floor(random.NextSingle(0, Window * Window)));
        AlignedBuffer[] gradients = Images(pooled.Size, () => random.NextSingle(0, 1) < zeros ? 0 : random.NextSingle(-1, 1));
        AlignedBuffer[] lists = Images(layout.Length, () => 0);
        AlignedBuffer[] inputGradients = Images(input.Size, () => 0);
        AlignedBuffer[] weightGradients = Images(weights, () => 0);
        AlignedBuffer[] biasGradients = Images(image.Channels, () => 0);
        AlignedBuffer[] scratch = Images(backwardData.ScratchLength, () => 0);
        backwardData.Prepare(weight.Span);
        _loop = new ParallelLoop(execution.Threads);
        _gather = i => layout.Gather(argMax[i].Span, gradients[i].Span, lists[i].Span);
        _backwardInput = i => backwardData.Run(lists[i].Span, inputGradients[i].Span, scratch[i].Span);
        _backwardParameters = i => backwardWeights.Run(
            inputs[i].Span, lists[i].Span, weightGradients[i].Span, biasGradients[i].Span, Accumulation.Overwrite, scratch: []);
        Gather();
    }

    /// <summary>Max-pooling's backward pass: it makes the lists.</summary>
    public void Gather() => _loop.Run(ConvolutionCase.Images, _gather);

    public void BackwardInput() => _loop.Run(ConvolutionCase.Images, _backwardInput);

    public void BackwardParameters() => _loop.Run(ConvolutionCase.Images, _backwardParameters);

    private static AlignedBuffer[] Images(int length, Func<float> next) =>
        [.. Enumerable.Range(0, ConvolutionCase.Images).Select(_ => Filled(length, next))];

    private static AlignedBuffer Filled(int length, Func<float> next)
    {
        var buffer = new AlignedBuffer(length);
        foreach (ref float value in buffer.Span)
        {
            value = next();
        }

        return buffer;
    }
}
