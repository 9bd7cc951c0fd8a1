using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Operators;
using CifarFast.Engine.Tensors;

namespace CifarFast.Benchmarks;

/// <summary>A batch of random samples through one layer alone, with all that a network does around it.</summary>
internal sealed class LayerCase : IDisposable
{
    private readonly Layer _layer;
    private readonly int _batchSize;
    private readonly Network _network;

    public LayerCase(Layer layer, Shape input, ExecutionOptions execution, int batchSize)
    {
        _layer = layer;
        _batchSize = batchSize;
        _network = new Network(new Architecture(layer.Kind, input, layer), execution, batchSize, seed: 1, RequiredGradients.ParametersAndInput);
        RandomImages.Fill(_network.Input.Activation.Batch.Span, _network.Input.Layout, batchSize, seed: 1);
        RandomImages.Fill(_network.Output.Gradient.Batch.Span, _network.Output.Gradient.Layout, batchSize, seed: 1);
        Forward();
    }

    /// <summary>Bytes that a forward pass moves at least: input, parameters, output and what it leaves for the backward pass, once each.</summary>
    public double ForwardBytes => sizeof(float) * (Samples(Inputs + Outputs + Saved) + _layer.ParameterCount);

    /// <summary>Bytes that a backward pass moves at least: what it reads of the forward pass, both gradients, parameters and theirs, once each.</summary>
    public double BackwardBytes => sizeof(float) * (Samples(
        Inputs + Outputs + Saved + (_layer.BackwardReadsInput ? Inputs : 0) + (_layer.BackwardReadsOutput ? Outputs : 0)) + (2 * _layer.ParameterCount));

    private int Inputs => _network.Input.Layout.Features;

    private int Outputs => _network.Output.Layout.Features;

    private int Saved => _network.Plan.Nodes.Sum(node => (node.Operator as SampleOperator)?.SavedLength ?? 0);

    public void Forward() => _network.Forward(_batchSize);

    public void Backward() => _network.Backward(_batchSize);

    public void Dispose() => _network.Dispose();

    private double Samples(int floats) => (double)floats * _batchSize;
}
