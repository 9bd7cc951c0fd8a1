using System.Collections.Immutable;

namespace CifarFast.Engine.Tensors;

/// <summary>
/// The sizes of one sample, without the batch: <c>[features]</c> or <c>[channels, height, width]</c>.
/// </summary>
public readonly struct Shape : IEquatable<Shape>
{
    private readonly ImmutableArray<int> _dimensions;

    /// <summary>A shape of the given sizes, outermost first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    public Shape(params ReadOnlySpan<int> dimensions)
    {
        foreach (int size in dimensions)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size, nameof(dimensions));
        }

        _dimensions = [.. dimensions];
    }

    /// <summary>How many sizes the shape has.</summary>
    public int Rank => Dimensions.Length;

    /// <summary>How many elements a sample of this shape has.</summary>
    public int Count => Dimensions.Aggregate(1, (product, size) => checked(product * size));

    /// <summary>The size at <paramref name="axis"/>, outermost first.</summary>
    public int this[int axis] => Dimensions[axis];

    /// <inheritdoc/>
    public bool Equals(Shape other) => Dimensions.AsSpan().SequenceEqual(other.Dimensions.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Dimensions.Aggregate(Dimensions.Length, HashCode.Combine);

    /// <summary>Whether two shapes have the same sizes.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Whether two shapes differ.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    /// <summary>The sizes as <c>3×32×32</c>.</summary>
    public override string ToString() => string.Join('×', Dimensions);

    // A default shape has no array; it is the shape without sizes.
    private ImmutableArray<int> Dimensions => _dimensions.IsDefault ? [] : _dimensions;
}
