using CifarFast.Engine.Randomness;

namespace CifarFast.Engine.Data;

/// <summary>
/// One drawn figure: of which class, where, how large and how turned. Shapes are described by their signed distance
/// (negative inside), in pixels, which gives smooth edges for nothing: the coverage of a pixel is its distance, clamped.
/// </summary>
internal readonly struct SyntheticFigure
{
    private const float Centre = 15.5f;
    private const float SquareRootOfThree = 1.7320508f;

    private readonly Kind _kind;
    private readonly float _x;
    private readonly float _y;

    // The figure's own x axis in the image; its y axis is that turned by a quarter.
    private readonly float _axisX;
    private readonly float _axisY;

    // Radius, half side or cell, in pixels.
    private readonly float _size;

    // Thickness of a ring or bar, radius of a dot, width of a stripe, in pixels.
    private readonly float _thickness;

    private SyntheticFigure(Kind kind, float x, float y, (float X, float Y) axis, float size, float thickness)
    {
        _kind = kind;
        _x = x;
        _y = y;
        (_axisX, _axisY) = axis;
        _size = size;
        _thickness = thickness;
    }

    /// <summary>The classes in the order of <see cref="ClassNames"/>: shapes first, then textures.</summary>
    private enum Kind
    {
        Disc,
        Ring,
        Square,
        Triangle,
        Cross,
        Horizontal,
        Vertical,
        Diagonal,
        Checkerboard,
        Dots,
    }

    /// <summary>What the labels mean.</summary>
    public static IReadOnlyList<string> ClassNames { get; } =
        ["disc", "ring", "square", "triangle", "cross", "horizontal stripes", "vertical stripes", "diagonal stripes", "checkerboard", "dots"];

    /// <summary>Draws lots for everything about a figure but its class, <paramref name="label"/>.</summary>
    public static SyntheticFigure Draw(ref Xoshiro256 random, int label)
    {
        var kind = (Kind)label;
        return kind < Kind.Horizontal ? DrawShape(ref random, kind) : DrawTexture(ref random, kind);
    }

    /// <summary>The part of the pixel in column <paramref name="x"/> and row <paramref name="y"/> that the figure covers, 0 to 1.</summary>
    public float Coverage(int x, int y)
    {
        float dx = x - _x;
        float dy = y - _y;
        float u = (dx * _axisX) + (dy * _axisY);
        float v = (dy * _axisX) - (dx * _axisY);
        return _kind switch
        {
            Kind.Disc => Edge(MathF.Sqrt((u * u) + (v * v)) - _size),
            Kind.Ring => Edge(MathF.Abs(MathF.Sqrt((u * u) + (v * v)) - _size) - (_thickness / 2)),
            Kind.Square => Edge(Box(u, v, _size, _size)),
            Kind.Triangle => Edge(Triangle(u, v, _size)),
            Kind.Cross => Edge(MathF.Min(Box(u, v, _size, _thickness / 2), Box(u, v, _thickness / 2, _size))),
            Kind.Checkerboard => Differ(Edge(Stripe(u, _size, _size)), Edge(Stripe(v, _size, _size))),
            Kind.Dots => Edge(Dot(u, v)),
            _ => Edge(Stripe(u, _thickness, _size - _thickness)),
        };
    }

    private static SyntheticFigure DrawShape(ref Xoshiro256 random, Kind kind)
    {
        // Sizes are such that the areas of the shapes overlap widely, so that area tells little either.
        float scale = random.NextSingle(0.9f, 1.35f);
        float size = scale * kind switch
        {
            Kind.Disc => 8,
            Kind.Ring => 9,
            Kind.Square => 7,
            Kind.Triangle => 7,
            _ => 10.5f,
        };
        float thickness = scale * random.NextSingle(3.5f, 5.5f);
        float reach = kind is Kind.Disc or Kind.Ring ? size : 1.2f * size;
        float room = MathF.Max(2, Centre - reach);
        float x = Centre + random.NextSingle(-room, room);
        float y = Centre + random.NextSingle(-room, room);

        // Squares and triangles stand, give or take 15 degrees; how a disc or ring is turned cannot be seen.
        (float X, float Y) axis = kind is Kind.Cross ? SyntheticImages.RandomDirection(ref random) : Along(1, random.NextSingle(-0.27f, 0.27f));
        return new SyntheticFigure(kind, x, y, axis, size, thickness);
    }

    private static SyntheticFigure DrawTexture(ref Xoshiro256 random, Kind kind)
    {
        // Stripes lean by up to 10 degrees, well short of the 45 of a diagonal; checkerboards and dots turn as they like.
        float lean = random.NextSingle(-0.18f, 0.18f);
        (float X, float Y) axis = kind switch
        {
            Kind.Horizontal => Along(lean, 1),
            Kind.Vertical => Along(1, lean),
            Kind.Diagonal => Along(1 + lean, (1 - lean) * (random.NextInt32(2) == 0 ? 1 : -1)),
            _ => SyntheticImages.RandomDirection(ref random),
        };

        // Stripes and dots repeat after this many pixels; a checkerboard after twice as many.
        float size = kind switch
        {
            Kind.Checkerboard => random.NextSingle(3, 7),
            Kind.Dots => random.NextSingle(6, 11),
            _ => random.NextSingle(5, 12),
        };
        float thickness = size * (kind == Kind.Dots ? random.NextSingle(0.25f, 0.36f) : random.NextSingle(0.35f, 0.65f));
        float x = random.NextSingle(0, 2 * size);
        float y = random.NextSingle(0, 2 * size);
        return new SyntheticFigure(kind, x, y, axis, size, thickness);
    }

    /// <summary>The direction of a vector.</summary>
    private static (float X, float Y) Along(float x, float y)
    {
        float length = MathF.Sqrt((x * x) + (y * y));
        return (x / length, y / length);
    }

    private static float Edge(float distance) => Math.Clamp(0.5f - distance, 0, 1);

    /// <summary>What only one of two patterns covers.</summary>
    private static float Differ(float a, float b) => a + b - (2 * a * b);

    /// <summary>Distance to a rectangle around the origin; exact along the edges, which is where it is looked at.</summary>
    private static float Box(float u, float v, float halfWidth, float halfHeight) =>
        MathF.Max(MathF.Abs(u) - halfWidth, MathF.Abs(v) - halfHeight);

    /// <summary>Distance to an equilateral triangle around the origin with an inscribed circle of half the given <paramref name="size"/>, likewise.</summary>
    private static float Triangle(float u, float v, float size)
    {
        float slanted = (MathF.Abs(u) * (SquareRootOfThree / 2)) - (v / 2);
        return MathF.Max(slanted, v) - (size * 0.75f);
    }

    /// <summary>Distance to the nearest of stripes across u that are <paramref name="width"/> wide, with gaps of <paramref name="gap"/> between.</summary>
    private static float Stripe(float u, float width, float gap)
    {
        float period = width + gap;
        float nearest = u - (period * MathF.Floor((u / period) + 0.5f));
        return MathF.Abs(nearest) - (width / 2);
    }

    /// <summary>Distance to the nearest of dots on a square grid.</summary>
    private float Dot(float u, float v)
    {
        float nearestU = u - (_size * MathF.Floor((u / _size) + 0.5f));
        float nearestV = v - (_size * MathF.Floor((v / _size) + 0.5f));
        return MathF.Sqrt((nearestU * nearestU) + (nearestV * nearestV)) - _thickness;
    }
}
