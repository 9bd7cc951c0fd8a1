using CifarFast.Engine.Kernels.Normalization;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Operators;

/// <summary>
/// Computes a batch normalisation: in training by the statistics of the batch, which a <see cref="BatchStatisticsOperator"/> has taken, else by
/// the running ones.
/// </summary>
internal sealed class BatchNorm2dOperator : SampleOperator
{
    private readonly BatchNormStatistics? _statistics;
    private readonly IBatchNorm _kernels;
    private readonly float _epsilon;
    private readonly double _momentum;
    private readonly int _channels;
    private readonly float[] _scale;

    /// <param name="context">Where it stands.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="momentum">How far running statistics move.</param>
    /// <param name="createKernels">Makes the kernels; where it is null, they are those without an activation.</param>
    public BatchNorm2dOperator(OperatorContext context, float epsilon, float momentum, Func<BatchNormGeometry, IBatchNorm>? createKernels = null)
    {
        _statistics = context.Statistics;
        var geometry = new BatchNormGeometry(context.Input, context.Output, context.OutputGradient, context.InputGradient);
        _kernels = createKernels?.Invoke(geometry) ?? BatchNormKernels.Create(context.Execution, geometry);
        _epsilon = epsilon;
        _momentum = momentum;
        _channels = context.Output.Channels;
        _scale = new float[_channels];
        ParameterSpecs = BatchNormTensors.Parameters(_channels);
        BufferSpecs = BatchNormTensors.Buffers(_channels);
    }

    public override IReadOnlyList<ParameterSpec> ParameterSpecs { get; }

    public override IReadOnlyList<ParameterSpec> BufferSpecs { get; }

    private ReadOnlySpan<float> Mean => _statistics is null ? Buffers[0].Value : _statistics.Mean;

    public override bool FinishesBackward => true;

    public override void PrepareForward()
    {
        for (int c = 0; c < _channels; c++)
        {
            _scale[c] = (float)(Parameters[0].Value[c] * InverseDeviation(c));
        }
    }

    public override void Forward(in SampleValues sample) => _kernels.Forward(sample.Input, Mean, _scale, Parameters[1].Value, sample.Output);

    public override void Backward(in SampleGradients sample) => _kernels.BackwardSums(
        sample.InputValues,
        Mean,
        _scale,
        Parameters[1].Value,
        sample.Output,
        sample.Parameters[.._channels],
        sample.Parameters[_channels..],
        sample.Accumulation,
        sample.Input);

    /// <summary>Makes the scale's gradient of the sum of gradient times deviation, and what the input's gradients will be made of.</summary>
    public override void FinishBackward()
    {
        BatchNormStatistics statistics = _statistics!;
        for (int c = 0; c < _channels; c++)
        {
            double inverse = InverseDeviation(c);
            double scale = Parameters[0].Value[c] * inverse;
            ref float gradient = ref Parameters[0].Gradient[c];
            statistics.GradientScale[c] = (float)scale;
            statistics.GradientSlope[c] = (float)(-scale * inverse * inverse * gradient / statistics.Batch[c].Count);
            statistics.GradientShift[c] = (float)(-scale * Parameters[1].Gradient[c] / statistics.Batch[c].Count);
            gradient = (float)(gradient * inverse);
        }
    }

    public override void UpdateBuffers()
    {
        for (int c = 0; c < _channels; c++)
        {
            ChannelMoments batch = _statistics!.Batch[c];
            Move(ref Buffers[0].Value[c], batch.Mean);

            // Of a single value there is no unbiased variance.
            if (batch.Count > 1)
            {
                Move(ref Buffers[1].Value[c], batch.Squares / (batch.Count - 1));
            }
        }

        Buffers[2].Value[0]++;
    }

    private void Move(ref float running, double value) => running = (float)(((1 - _momentum) * running) + (_momentum * value));

    private double InverseDeviation(int channel)
    {
        double variance = _statistics is null ? Buffers[1].Value[channel] : _statistics.Batch[channel].Squares / _statistics.Batch[channel].Count;
        return 1 / Math.Sqrt(variance + _epsilon);
    }
}
