using CifarFast.Engine.Kernels;
using CifarFast.Engine.Kernels.Pooling;

namespace CifarFast.Engine.Operators;

/// <summary>Computes an average-pooling. Backward it needs neither input nor output.</summary>
internal sealed class AvgPool2dOperator(PoolingGeometry geometry, ExecutionOptions execution) : SampleOperator
{
    private readonly IAvgPool _kernels = AvgPoolKernels.Create(execution, geometry);

    public override void Forward(in SampleValues sample) => _kernels.Forward(sample.Input, sample.Output);

    public override void Backward(in SampleGradients sample)
    {
        if (!sample.Input.IsEmpty)
        {
            _kernels.Backward(sample.Output, sample.Input);
        }
    }
}
