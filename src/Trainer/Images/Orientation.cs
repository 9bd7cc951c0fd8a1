using SkiaSharp;

namespace CifarFast.Trainer.Images;

/// <summary>How a camera was held, as EXIF has it: where a pixel of the upright picture lies in the stored one.</summary>
internal static class Orientation
{
    /// <summary>Whether stored rows are upright columns.</summary>
    public static bool SwapsSides(SKEncodedOrigin origin) => origin >= SKEncodedOrigin.LeftTop;

    /// <summary>The stored place of the pixel (<paramref name="x"/>, <paramref name="y"/>) of an upright picture of the given size.</summary>
    public static (int X, int Y) Stored(SKEncodedOrigin origin, int x, int y, int width, int height) => origin switch
    {
        SKEncodedOrigin.TopRight => (width - 1 - x, y),
        SKEncodedOrigin.BottomRight => (width - 1 - x, height - 1 - y),
        SKEncodedOrigin.BottomLeft => (x, height - 1 - y),
        SKEncodedOrigin.LeftTop => (y, x),
        SKEncodedOrigin.RightTop => (y, width - 1 - x),
        SKEncodedOrigin.RightBottom => (height - 1 - y, width - 1 - x),
        SKEncodedOrigin.LeftBottom => (height - 1 - y, x),
        _ => (x, y),
    };
}
