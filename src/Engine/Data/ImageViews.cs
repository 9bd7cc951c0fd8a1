using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Data;

/// <summary>
/// Images mirrored and moved by whole pixels, which is exact: bytes stay bytes. There is memory for as many images as are looked at at a time; the next ones
/// are written over them.
/// </summary>
/// <param name="capacity">The most images at a time.</param>
/// <param name="shape">The shape of an image: channels × height × width.</param>
internal sealed class ImageViews(int capacity, Shape shape)
{
    // An array an image: those of a batch together may be more than one array can have.
    private readonly byte[][] _views = [.. Enumerable.Range(0, capacity).Select(_ => new byte[shape.Count])];

    /// <summary>Whether images of a shape can be moved: there must be a pixel beside each edge that is reflected.</summary>
    public static bool CanShift(Shape shape) => Math.Min(shape[1], shape[2]) > 1;

    /// <summary>Images as they look moved, then mirrored.</summary>
    /// <param name="images">At most as many as there is memory for.</param>
    /// <param name="shift">
    /// How many pixels, −1 to 1, each pixel is taken from further down and to the right: of an image padded by one reflected pixel all around, the part that
    /// begins at row and column 1 + <paramref name="shift"/>.
    /// </param>
    /// <param name="mirrored">Whether left and right are exchanged.</param>
    /// <returns>The views with the labels of the images, until the next call.</returns>
    public ImageSet Of(ImageSet images, int shift, bool mirrored)
    {
        for (int i = 0; i < images.Count; i++)
        {
            Write(images.Pixels(i), shift, mirrored, _views[i]);
        }

        return new ImageSet(
            shape[0], shape[1], shape[2], [.. _views.Take(images.Count).Select(view => (ReadOnlyMemory<byte>)view)], imagesPerBlock: 1, images.Labels.ToArray());
    }

    private void Write(ReadOnlySpan<byte> image, int shift, bool mirrored, Span<byte> view)
    {
        (int height, int width) = (shape[1], shape[2]);
        for (int row = 0; row < shape[0] * height; row++)
        {
            (int plane, int y) = Math.DivRem(row, height);
            ReadOnlySpan<byte> from = image.Slice(((plane * height) + Reflected(y + shift, height)) * width, width);
            Span<byte> to = view.Slice(row * width, width);
            for (int x = 0; x < width; x++)
            {
                to[x] = from[Reflected(x + shift, width)];
            }

            if (mirrored)
            {
                to.Reverse();
            }
        }
    }

    /// <summary>Which pixel of a row or column of <paramref name="length"/> stands at a place that may be outside by one.</summary>
    private static int Reflected(int place, int length) =>
        place < 0 ? -place
        : place < length ? place
        : (2 * (length - 1)) - place;
}
