using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Losses;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Tensors;
using CommunityToolkit.HighPerformance;

namespace CifarFast.Benchmarks.TorchSharp.Checks;

/// <summary>The engine's network of a case.</summary>
internal sealed class EngineNetwork : ITrainedNetwork
{
    private readonly CheckCase _case;
    private readonly Network _network;
    private readonly OptimizerState _optimizer;

    public EngineNetwork(CheckCase one, Optimizer optimizer)
    {
        _case = one;
        RequiredGradients required = one.HasInputGradient ? RequiredGradients.ParametersAndInput : RequiredGradients.Parameters;
        _network = new Network(one.Architecture, new ExecutionOptions(), one.Labels.Length, seed: 1, required);
        one.Initialize(_network);
        _optimizer = new OptimizerState(_network, optimizer);
    }

    public IReadOnlyDictionary<string, double[]> State => StateOf(_network);

    /// <summary>Parameters and buffers of a network.</summary>
    public static IReadOnlyDictionary<string, double[]> StateOf(Network network) =>
        network.StateTensors.ToDictionary(tensor => tensor.Name, tensor => Read(tensor, tensor.CopyTo));

    public Pass Run()
    {
        double[] output = Widen(_network.Forward(_case.Samples).ToArray().AsSpan());
        LossResult loss = _case.Loss.Run(_network.Outputs, _case.Labels, _network.OutputGradient);
        _network.Backward();
        var gradients = _network.Parameters.Where(parameter => !parameter.IsFrozen).ToDictionary(parameter => parameter.Name, parameter => Read(parameter, parameter.CopyGradientTo));
        if (_case.HasInputGradient)
        {
            gradients["input"] = InputGradient();
        }

        return new Pass(output, loss.Mean, gradients);
    }

    public void Step(RunPosition position) => _optimizer.Step(_case.Schedule, position);

    public double[] Evaluate()
    {
        using Network evaluated = _network.WithoutGradients(_case.Labels.Length);
        return Widen(evaluated.Forward(_case.Samples).ToArray().AsSpan());
    }

    public void Dispose() => _network.Dispose();

    private double[] InputGradient()
    {
        SampleBuffer gradient = _network.Input.Gradient;
        SampleLayout layout = gradient.Layout;
        return [.. Enumerable.Range(0, _case.Samples.Length).Select(i =>
            (double)gradient.Batch.Span[(i / layout.Features * layout.Stride) + layout.OffsetOfFeature(i % layout.Features)])];
    }

    private static double[] Read(StateTensor tensor, SpanAction copy)
    {
        float[] values = new float[tensor.Shape.Count];
        copy(values);
        return Widen(values);
    }

    private static double[] Widen(ReadOnlySpan<float> values)
    {
        double[] wide = new double[values.Length];
        for (int i = 0; i < wide.Length; i++)
        {
            wide[i] = values[i];
        }

        return wide;
    }

    private delegate void SpanAction(Span<float> destination);
}
