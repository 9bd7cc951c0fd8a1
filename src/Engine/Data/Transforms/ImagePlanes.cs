using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Data.Transforms;

/// <summary>An image that is being transformed: floats, plane by plane and row by row.</summary>
/// <param name="shape">Channels × height × width.</param>
/// <param name="pixels">The image.</param>
/// <param name="spare">As much memory for whatever a transform needs it for.</param>
internal readonly ref struct ImagePlanes(Shape shape, Span<float> pixels, Span<float> spare)
{
    /// <summary>The image.</summary>
    public Span<float> Pixels { get; } = pixels;

    /// <summary>As much memory, whose contents are anything.</summary>
    public Span<float> Spare { get; } = spare;

    /// <summary>Planes.</summary>
    public int Channels { get; } = shape[0];

    /// <summary>Rows of a plane.</summary>
    public int Height { get; } = shape[1];

    /// <summary>Pixels of a row.</summary>
    public int Width { get; } = shape[2];

    /// <summary>A row of a plane.</summary>
    public Span<float> Row(int channel, int row) => RowOf(Pixels, channel, row);

    /// <summary>A row of a plane of another image of this size.</summary>
    public Span<float> RowOf(Span<float> pixels, int channel, int row) => pixels.Slice(((channel * Height) + row) * Width, Width);

    /// <summary>A plane.</summary>
    public Span<float> Plane(int channel) => Pixels.Slice(channel * Height * Width, Height * Width);
}
