using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Linear;

/// <summary>
/// The linear map as a textbook writes it: the reference the fast kernel is tested against. Sums are made in double precision.
/// A task is an output feature, or an input feature in <see cref="BackwardInput"/>.
/// </summary>
internal sealed class NaiveLinear(LinearGeometry geometry) : ILinear
{
    public ParameterLayout WeightLayout { get; } = ParameterLayout.Dense(geometry.Inputs * geometry.Outputs);

    public ParameterLayout BiasLayout { get; } = ParameterLayout.Dense(geometry.Outputs);

    public int ForwardTasks => geometry.Outputs;

    public int BackwardInputTasks => geometry.Inputs;

    public int BackwardParametersTasks => geometry.Outputs;

    public void Forward(int task, int samples, ReadOnlySpan<float> input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> output)
    {
        for (int n = 0; n < samples; n++)
        {
            double sum = bias.IsEmpty ? 0 : bias[task];
            for (int f = 0; f < geometry.Inputs; f++)
            {
                sum += (double)weight[(task * geometry.Inputs) + f] * input[(n * geometry.Input.Stride) + geometry.Input.OffsetOfFeature(f)];
            }

            output[(n * geometry.Output.Stride) + task] = (float)sum;
        }
    }

    public void PrepareBackward(int samples, ReadOnlySpan<float> outputGradient)
    {
    }

    public void BackwardInput(int task, int samples, ReadOnlySpan<float> weight, ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        for (int n = 0; n < samples; n++)
        {
            double sum = 0;
            for (int o = 0; o < geometry.Outputs; o++)
            {
                sum += (double)weight[(o * geometry.Inputs) + task] * outputGradient[(n * geometry.Output.Stride) + o];
            }

            inputGradient[(n * geometry.Input.Stride) + geometry.Input.OffsetOfFeature(task)] = (float)sum;
        }
    }

    public void BackwardParameters(
        int task,
        int samples,
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> outputGradient,
        Span<float> weightGradient,
        Span<float> biasGradient)
    {
        double biasSum = 0;
        for (int n = 0; n < samples; n++)
        {
            biasSum += outputGradient[(n * geometry.Output.Stride) + task];
        }

        if (!biasGradient.IsEmpty)
        {
            biasGradient[task] = (float)biasSum;
        }

        for (int f = 0; f < geometry.Inputs; f++)
        {
            double sum = 0;
            for (int n = 0; n < samples; n++)
            {
                sum += (double)outputGradient[(n * geometry.Output.Stride) + task]
                    * input[(n * geometry.Input.Stride) + geometry.Input.OffsetOfFeature(f)];
            }

            weightGradient[(task * geometry.Inputs) + f] = (float)sum;
        }
    }

    public int GradientLength(int task, bool hasBias) => geometry.Inputs + (hasBias ? 1 : 0);

    public void CopyGradient(int task, ReadOnlySpan<float> weightGradient, ReadOnlySpan<float> biasGradient, Span<float> to)
    {
        weightGradient.Slice(task * geometry.Inputs, geometry.Inputs).CopyTo(to);
        if (!biasGradient.IsEmpty)
        {
            to[geometry.Inputs] = biasGradient[task];
        }
    }

    public void SetGradient(int task, ReadOnlySpan<float> from, Span<float> weightGradient, Span<float> biasGradient)
    {
        from[..geometry.Inputs].CopyTo(weightGradient[(task * geometry.Inputs)..]);
        if (!biasGradient.IsEmpty)
        {
            biasGradient[task] = from[geometry.Inputs];
        }
    }
}
