using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Data.Transforms;

/// <summary>An image that is being transformed: floats, plane by plane and row by row.</summary>
/// <param name="shape">Channels × height × width.</param>
/// <param name="pixels">The image.</param>
/// <param name="spare">As much memory for whatever a transform needs it for.</param>
/// <param name="partner">The image that this one is mixed with; empty where it is not mixed.</param>
internal readonly ref struct ImagePlanes(Shape shape, Span<float> pixels, Span<float> spare, ReadOnlySpan<float> partner)
{
    /// <summary>Channels × height × width.</summary>
    public Shape Shape { get; } = shape;

    /// <summary>The image.</summary>
    public Span<float> Pixels { get; } = pixels;

    /// <summary>As much memory, whose contents are anything.</summary>
    public Span<float> Spare { get; } = spare;

    /// <summary>The image that this one is mixed with.</summary>
    public ReadOnlySpan<float> Partner { get; } = partner;

    /// <summary>Planes.</summary>
    public int Channels { get; } = shape[0];

    /// <summary>Rows of a plane.</summary>
    public int Height { get; } = shape[1];

    /// <summary>Pixels of a row.</summary>
    public int Width { get; } = shape[2];

    /// <summary>A row of a plane.</summary>
    public Span<float> Row(int channel, int row) => Pixels.Slice(Offset(channel, row), Width);

    /// <summary>A row of a plane of another image of this size.</summary>
    public ReadOnlySpan<float> RowOf(ReadOnlySpan<float> pixels, int channel, int row) => pixels.Slice(Offset(channel, row), Width);

    /// <summary>A plane.</summary>
    public Span<float> Plane(int channel) => Pixels.Slice(Offset(channel, 0), Height * Width);

    private int Offset(int channel, int row) => ((channel * Height) + row) * Width;
}
