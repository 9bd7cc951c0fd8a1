using System.Text.Json.Serialization;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Kernels.Elementwise;
using CifarFast.Engine.Kernels.Normalization;
using CifarFast.Engine.Operators;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Nn;

/// <summary>A <see cref="BatchNorm2d"/> and the activation behind it in one: what lies between the two is never stored.</summary>
/// <param name="Normalization">The normalisation; its parameters and buffers are the layer's.</param>
/// <param name="Activation">The activation.</param>
internal sealed record BatchNormActivation(BatchNorm2d Normalization, Activation Activation) : Layer
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override long ParameterCount => Normalization.ParameterCount;

    internal override bool BackwardReadsInput => true;

    internal override bool IsRecomputed => true;

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => Normalization.OutputShape(input);

    /// <inheritdoc/>
    public override string ToString() => $"{Normalization}, {Activation}";

    internal override Operator CreateOperator(OperatorContext context) => new BatchNorm2dOperator(
        context, Normalization.Epsilon, Normalization.Momentum, geometry => Activation.Bind(new Binder(context.Execution, geometry, Activation.BackwardReadsOutput)));

    private readonly struct Binder(ExecutionOptions execution, BatchNormGeometry geometry, bool readsOutput) : IActivationBinder<IBatchNorm>
    {
        public IBatchNorm Bind<TActivation>(TActivation activation)
            where TActivation : struct, IActivation => BatchNormKernels.CreateFast(execution, geometry, activation, readsOutput);
    }
}
