using CifarFast.Engine.Kernels.Pooling;
using CifarFast.Engine.Operators;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Nn;

/// <summary>One value of each window of an image, channel by channel: C×H×W to C×H'×W'.</summary>
public abstract record Pooling : Layer
{
    /// <inheritdoc/>
    public sealed override Shape OutputShape(Shape input)
    {
        (PoolingWindows rows, PoolingWindows columns) = Windows(input);
        return new Shape(input[0], rows.Count, columns.Count);
    }

    internal sealed override (int Rows, int Columns) ReadExtent(Shape input)
    {
        (PoolingWindows rows, PoolingWindows columns) = Windows(input);
        return (rows.End(rows.Count - 1), columns.End(columns.Count - 1));
    }

    /// <summary>Where the windows lie in an image of shape <paramref name="input"/>.</summary>
    /// <exception cref="ShapeException">The layer cannot take such an image.</exception>
    internal abstract (PoolingWindows Rows, PoolingWindows Columns) Windows(Shape input);

    /// <summary>The sizes and how everything lies in memory.</summary>
    internal PoolingGeometry Geometry(OperatorContext context)
    {
        (PoolingWindows rows, PoolingWindows columns) = Windows(new Shape(context.Input.Channels, context.Input.Height, context.Input.Width));
        return new PoolingGeometry(rows, columns, context.Input, context.Output, context.OutputGradient, context.InputGradient);
    }

    /// <summary>Square windows of one size.</summary>
    private protected (PoolingWindows Rows, PoolingWindows Columns) Sliding(Shape input, int kernel, int stride) =>
        input.Rank == 3 && input[1] >= kernel && input[2] >= kernel
            ? (PoolingWindows.Sliding(input[1], kernel, stride), PoolingWindows.Sliding(input[2], kernel, stride))
            : throw Reject($"C×H×W with H and W of at least {kernel}", input);

    /// <summary>As many windows as are wanted.</summary>
    private protected (PoolingWindows Rows, PoolingWindows Columns) Adaptive(Shape input, int height, int width) =>
        input.Rank == 3
            ? (PoolingWindows.Adaptive(input[1], height), PoolingWindows.Adaptive(input[2], width))
            : throw Reject("C×H×W", input);

    /// <summary>Windows whose pixels have numbers of 16 bits.</summary>
    private protected (PoolingWindows Rows, PoolingWindows Columns) Numbered((PoolingWindows Rows, PoolingWindows Columns) windows, Shape input) =>
        (long)windows.Rows.Largest * windows.Columns.Largest <= 1 + ushort.MaxValue ? windows : throw Reject($"windows of at most {1 + ushort.MaxValue} pixels", input);
}
