namespace CifarFast.Engine.Tensors;

/// <summary>
/// A named tensor that is part of a run's state: a parameter, a buffer, or what an optimizer keeps. Outside the engine it is in PyTorch's
/// order, row-major; the engine keeps it in the order that its kernel wants.
/// </summary>
public class StateTensor
{
    private readonly ParameterLayout _layout;
    private readonly StateTensor? _like;
    private readonly Memory<float> _value;
    private int[]? _storedIndices;

    internal StateTensor(string name, Shape shape, ParameterLayout layout, Memory<float> value)
    {
        Name = name;
        Shape = shape;
        _layout = layout;
        _value = value;
    }

    /// <summary>The same tensor under another name.</summary>
    internal StateTensor(string name, StateTensor tensor)
        : this(name, tensor, tensor._value) => IsCount = tensor.IsCount;

    /// <summary>A tensor of the shape and layout of another one.</summary>
    internal StateTensor(string name, StateTensor like, Memory<float> value)
        : this(name, like.Shape, like._layout, value) => _like = like;

    /// <summary>The name, such as <c>0.weight</c> for a parameter, as a PyTorch <c>state_dict</c> has it.</summary>
    public string Name { get; }

    /// <summary>The shape as PyTorch has it: of a convolution's weight out × in × rows × columns, of a linear one out × in.</summary>
    public Shape Shape { get; }

    /// <summary>Whether it is a whole number that only counts, which files have as such.</summary>
    internal bool IsCount { get; init; }

    /// <summary>The values in the kernel's own order, padding included, which is zero.</summary>
    internal Span<float> Value => _value.Span;

    /// <summary>Copies the values into <paramref name="destination"/>, row-major.</summary>
    /// <exception cref="ArgumentException">The destination has not as many elements as <see cref="Shape"/>.</exception>
    public void CopyTo(Span<float> destination) => Export(Value, destination);

    /// <summary>Sets the values from <paramref name="source"/>, row-major.</summary>
    /// <exception cref="ArgumentException">The source has not as many elements as <see cref="Shape"/>.</exception>
    public void CopyFrom(ReadOnlySpan<float> source)
    {
        CheckLength(source.Length);
        Span<float> stored = Value;
        int[] indices = StoredIndices;
        for (int i = 0; i < indices.Length; i++)
        {
            stored[indices[i]] = source[i];
        }
    }

    /// <summary>Sets the values to those of a tensor of the same shape, which may lie in another order.</summary>
    internal void CopyFrom(StateTensor source)
    {
        float[] values = new float[source.Shape.Count];
        source.CopyTo(values);
        CopyFrom(values);
    }

    /// <summary>Where the elements are, in row-major order: kept, as a checkpoint every few seconds asks for all of them.</summary>
    internal int[] StoredIndices => _like?.StoredIndices ?? (_storedIndices ??= [.. Enumerable.Range(0, Shape.Count).Select(_layout.StoredIndex)]);

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

    private void CheckLength(int length)
    {
        if (length != Shape.Count)
        {
            throw new ArgumentException($"{Name} is {Shape}: {Shape.Count} elements, not {length}");
        }
    }
}
