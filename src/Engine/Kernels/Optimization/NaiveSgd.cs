namespace CifarFast.Engine.Kernels.Optimization;

/// <summary>SGD as its definition reads: the reference the fast kernel is tested against.</summary>
internal sealed class NaiveSgd : ISgd
{
    public void Step(in SgdSettings settings, ReadOnlySpan<float> gradient, Span<float> velocity, Span<float> weight)
    {
        for (int i = 0; i < weight.Length; i++)
        {
            float g = gradient[i] + (settings.WeightDecay * weight[i]);
            if (settings.Momentum != 0)
            {
                velocity[i] = (settings.Momentum * velocity[i]) + g;
                g = settings.Nesterov ? g + (settings.Momentum * velocity[i]) : velocity[i];
            }

            weight[i] -= settings.LearningRate * g;
        }
    }
}
