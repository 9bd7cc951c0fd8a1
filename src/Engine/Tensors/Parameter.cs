namespace CifarFast.Engine.Tensors;

/// <summary>
/// A tensor a network learns. Outside the engine it is in PyTorch's order; the engine keeps it in the order its kernel wants.
/// </summary>
public sealed class Parameter
{
    private readonly ParameterSpec _spec;
    private readonly Memory<float> _value;
    private readonly Memory<float> _gradient;
    private int[]? _storedIndices;

    internal Parameter(string name, ParameterSpec spec, int offset, Memory<float> value, Memory<float> gradient)
    {
        Name = name;
        Offset = offset;
        _spec = spec;
        _value = value;
        _gradient = gradient;
    }

    /// <summary>The name as a PyTorch <c>state_dict</c> has it, such as <c>0.weight</c>.</summary>
    public string Name { get; }

    /// <summary>The shape as PyTorch has it: out × in × rows × columns, or out × in, or out.</summary>
    public Shape Shape => _spec.Shape;

    /// <summary>Inputs that an output is a sum over, which initial values depend on; 0 for a bias.</summary>
    internal int FanIn => _spec.FanIn;

    /// <summary>Where the parameter begins among those of its network.</summary>
    internal int Offset { get; }

    /// <summary>The values in the kernel's own order.</summary>
    internal Span<float> Value => _value.Span;

    /// <summary>The gradient, laid out as <see cref="Value"/>.</summary>
    internal Span<float> Gradient => _gradient.Span;

    /// <summary>Copies the values into <paramref name="destination"/>, row-major.</summary>
    /// <exception cref="ArgumentException">The destination has not as many elements as <see cref="Shape"/>.</exception>
    public void CopyTo(Span<float> destination) => Export(Value, destination);

    /// <summary>Copies the gradient of the last backward pass into <paramref name="destination"/>, row-major.</summary>
    /// <exception cref="ArgumentException">The destination has not as many elements as <see cref="Shape"/>.</exception>
    public void CopyGradientTo(Span<float> destination) => Export(Gradient, destination);

    /// <summary>Sets the values from <paramref name="source"/>, row-major.</summary>
    /// <exception cref="ArgumentException">The source has not as many elements as <see cref="Shape"/>.</exception>
    public void CopyFrom(ReadOnlySpan<float> source) => Import(source, Value);

    /// <summary>Where the elements are, in row-major order: kept, as a checkpoint every few seconds asks for all of them.</summary>
    private int[] StoredIndices => _storedIndices ??= [.. Enumerable.Range(0, Shape.Count).Select(_spec.Layout.StoredIndex)];

    /// <summary>Copies floats kept as <see cref="Value"/> are into row-major order.</summary>
    internal void Export(ReadOnlySpan<float> stored, Span<float> destination)
    {
        CheckLength(destination.Length);
        int[] indices = StoredIndices;
        for (int i = 0; i < indices.Length; i++)
        {
            destination[i] = stored[indices[i]];
        }
    }

    /// <summary>Copies floats in row-major order into the places where <see cref="Value"/> would keep them.</summary>
    internal void Import(ReadOnlySpan<float> source, Span<float> stored)
    {
        CheckLength(source.Length);
        int[] indices = StoredIndices;
        for (int i = 0; i < indices.Length; i++)
        {
            stored[indices[i]] = source[i];
        }
    }

    private void CheckLength(int length)
    {
        if (length != Shape.Count)
        {
            throw new ArgumentException($"{Name} is {Shape}: {Shape.Count} elements, not {length}");
        }
    }
}
