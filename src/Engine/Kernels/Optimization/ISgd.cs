namespace CifarFast.Engine.Kernels.Optimization;

/// <summary>
/// A step of stochastic gradient descent as PyTorch defines it (torch.optim.SGD, dampening 0):
/// <c>g += decay·w; v = momentum·v + g; g = nesterov ? g + momentum·v : v; w -= rate·g</c>.
/// </summary>
internal interface ISgd
{
    /// <summary>Updates <paramref name="weight"/> and, where there is momentum, <paramref name="velocity"/>, which else may be empty.</summary>
    void Step(in SgdSettings settings, ReadOnlySpan<float> gradient, Span<float> velocity, Span<float> weight);
}
