using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Randomness;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Tests.Execution;

/// <summary>
/// A network under test with a loss of its own: the sum of its outputs, each times a random number, in double precision. That
/// makes the gradient of the output known, whatever the last layer is.
/// </summary>
internal sealed class NetworkProbe : IDisposable
{
    private readonly double[] _coefficients;
    private readonly int _samples;

    public NetworkProbe(Architecture architecture, ExecutionOptions execution, int samples, ulong seed)
    {
        _samples = samples;
        Network = new Network(architecture, execution, samples, seed, RequiredGradients.ParametersAndInput);
        var random = new Xoshiro256(seed, 99);
        _coefficients = new double[samples * architecture.OutputShape.Count];
        for (int i = 0; i < _coefficients.Length; i++)
        {
            _coefficients[i] = random.NextSingle(-1, 1);
        }

        for (int i = 0; i < samples * architecture.InputShape.Count; i++)
        {
            Input(i) = random.NextSingle(-1, 1);
        }

        foreach (Parameter bias in Network.Parameters.Where(parameter => parameter.Shape.Rank == 1))
        {
            bias.CopyFrom([.. Enumerable.Range(0, bias.Shape.Count).Select(_ => random.NextSingle(-0.5f, 0.5f))]);
        }
    }

    public Network Network { get; }

    public int InputCount => _samples * Network.Architecture.InputShape.Count;

    /// <summary>An element of the batch that goes in, in PyTorch's order.</summary>
    public ref float Input(int index) => ref Element(Network.Input.Layout, index, Network.Input.Activation.Batch.Span);

    public double Loss()
    {
        double loss = 0;
        // Layers in place overwrite what they are given, so the input is put back afterwards.
        float[] input = Network.Input.Activation.Batch.ToArray();
        Network.Forward(_samples);
        for (int i = 0; i < _coefficients.Length; i++)
        {
            loss += _coefficients[i] * Element(Network.Output.Layout, i, Network.Output.Activation.Batch.Span);
        }

        input.CopyTo(Network.Input.Activation.Batch);
        return loss;
    }

    /// <summary>The gradients the network computes: the input's, then each parameter's, all in PyTorch's order.</summary>
    public (float[] Input, float[][] Parameters) Gradients()
    {
        float[] input = Network.Input.Activation.Batch.ToArray();
        Network.Forward(_samples);
        for (int i = 0; i < _coefficients.Length; i++)
        {
            Element(Network.Output.Gradient.Layout, i, Network.Output.Gradient.Batch.Span) = (float)_coefficients[i];
        }

        Network.Backward(_samples);
        input.CopyTo(Network.Input.Activation.Batch);
        float[] inputGradient = new float[InputCount];
        for (int i = 0; i < inputGradient.Length; i++)
        {
            inputGradient[i] = Element(Network.Input.Gradient.Layout, i, Network.Input.Gradient.Batch.Span);
        }

        return (inputGradient, [.. Network.Parameters.Select(parameter =>
        {
            float[] gradient = new float[parameter.Shape.Count];
            parameter.CopyGradientTo(gradient);
            return gradient;
        })]);
    }

    public void Dispose() => Network.Dispose();

    private static ref float Element(SampleLayout layout, int index, Span<float> batch)
    {
        int sample = index / layout.Features;
        return ref batch[(sample * layout.Stride) + layout.OffsetOfFeature(index % layout.Features)];
    }
}
