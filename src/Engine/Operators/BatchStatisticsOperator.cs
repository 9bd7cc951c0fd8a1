using CifarFast.Engine.Kernels.Normalization;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Operators;

/// <summary>
/// The first half of a batch normalisation in training, at the tail of the stage before it. Forward it takes a sample's moments while it is in
/// cache; backward, when the sums over the batch are known, it makes of the gradient that came through the second half that of the input.
/// </summary>
internal sealed class BatchStatisticsOperator : SampleOperator
{
    private readonly OperatorContext _context;
    private readonly BatchNormStatistics _statistics;
    private readonly IBatchNorm _kernels;

    public BatchStatisticsOperator(OperatorContext context)
    {
        _context = context;
        _statistics = context.Statistics ?? throw new ArgumentException("a batch's statistics need a place", nameof(context));
        _kernels = BatchNormKernels.Create(context.Execution, new BatchNormGeometry(context.Output, context.Output, context.OutputGradient, context.InputGradient));
    }

    public override void Forward(in SampleValues sample)
    {
        if (!_context.IsInPlace)
        {
            Copy(sample.Input, _context.Input, sample.Output, _context.Output);
        }

        _kernels.Moments(sample.Output, _statistics.MeanOf(sample.Sample), _statistics.SquaresOf(sample.Sample));
    }

    public override void FinishForward(in ShardedBatch batch) => _statistics.Merge(batch);

    public override void Backward(in SampleGradients sample)
    {
        if (!sample.Input.IsEmpty)
        {
            _kernels.BackwardInput(
                sample.OutputValues, _statistics.Mean, _statistics.GradientScale, _statistics.GradientSlope, _statistics.GradientShift, sample.Output, sample.Input);
        }
    }

    private static void Copy(ReadOnlySpan<float> from, SampleLayout fromLayout, Span<float> to, SampleLayout toLayout)
    {
        int length = toLayout.Width * toLayout.Channels;
        for (int row = 0; row < toLayout.Height; row++)
        {
            from.Slice(fromLayout.Offset(row, 0), length).CopyTo(to[toLayout.Offset(row, 0)..]);
        }
    }
}
