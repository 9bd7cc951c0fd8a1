namespace CifarFast.Engine.Tensors;

/// <summary>A tensor a network learns, unless it is frozen.</summary>
public sealed class Parameter : StateTensor
{
    private readonly Memory<float> _gradient;

    internal Parameter(string name, ParameterSpec spec, int offset, bool isFrozen, Memory<float> value, Memory<float> gradient)
        : base(name, spec.Shape, spec.Layout, value)
    {
        FanIn = spec.FanIn;
        Offset = offset;
        IsFrozen = isFrozen;
        _gradient = gradient;
    }

    /// <summary>Whether training leaves it as it is.</summary>
    public bool IsFrozen { get; }

    /// <summary>Inputs that an output is a sum over, which initial values depend on; 0 for a bias.</summary>
    internal int FanIn { get; }

    /// <summary>Where the parameter begins among those of its network.</summary>
    internal int Offset { get; }

    /// <summary>The gradient, laid out as <see cref="StateTensor.Value"/>; of a frozen parameter it may be anything.</summary>
    internal Span<float> Gradient => _gradient.Span;

    /// <summary>Copies the gradient of the last backward pass into <paramref name="destination"/>, row-major.</summary>
    /// <exception cref="ArgumentException">The destination has not as many elements as <see cref="StateTensor.Shape"/>.</exception>
    public void CopyGradientTo(Span<float> destination) => Export(Gradient, destination);
}
