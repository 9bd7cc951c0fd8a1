using System.Runtime.InteropServices;
using CifarFast.Engine.Kernels.Pooling;

namespace CifarFast.Engine.Operators;

/// <summary>Computes a max-pooling. Backward it needs no more than the argmax of each window, a fraction of its input.</summary>
internal sealed class MaxPool2dOperator(PoolingGeometry geometry, OperatorContext context) : SampleOperator
{
    private readonly IMaxPool _kernels = MaxPoolKernels.Create(context.Execution, geometry);

    /// <summary>Two numbers of 16 bits in the place of a float.</summary>
    public override int SavedLength => (geometry.ArgMax.Size + 1) / 2;

    public override void Forward(in SampleValues sample) => _kernels.Forward(sample.Input, sample.Output, MemoryMarshal.Cast<float, ushort>(sample.Saved));

    public override void Backward(in SampleGradients sample)
    {
        if (!sample.Input.IsEmpty)
        {
            _kernels.Backward(MemoryMarshal.Cast<float, ushort>(sample.Saved), sample.Output, sample.Input);
        }
    }
}
