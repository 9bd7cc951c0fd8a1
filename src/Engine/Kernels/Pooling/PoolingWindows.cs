namespace CifarFast.Engine.Kernels.Pooling;

/// <summary>
/// Where the windows of a pooling begin and end along rows or columns: one every few pixels, all of one size; or, where no such ones come to
/// as many as are wanted, as evenly as they can lie.
/// </summary>
/// <param name="Size">Pixels of the image.</param>
/// <param name="Count">How many windows there are.</param>
/// <param name="Kernel">Pixels of each; 0 where they differ.</param>
/// <param name="Stride">Pixels from a window to the next; 0 where that differs.</param>
internal readonly record struct PoolingWindows(int Size, int Count, int Kernel, int Stride)
{
    /// <summary>Whether all windows have one size and one distance.</summary>
    public bool AreEqual => Stride > 0;

    /// <summary>Whether the windows neither overlap nor leave pixels out.</summary>
    public bool Tile => AreEqual && Stride == Kernel && Size % Kernel == 0;

    /// <summary>Pixels of the largest window.</summary>
    public int Largest => AreEqual ? Kernel : LargestOf(this);

    /// <summary>Windows of one size; what is left over at the end is not pooled.</summary>
    public static PoolingWindows Sliding(int size, int kernel, int stride) => new(size, ((size - kernel) / stride) + 1, kernel, stride);

    /// <summary>PyTorch's adaptive windows: number i is from <c>i·size / count</c>, rounded down, to <c>(i + 1)·size / count</c>, rounded up.</summary>
    public static PoolingWindows Adaptive(int size, int count)
    {
        var windows = new PoolingWindows(size, count, Kernel: 0, Stride: 0);
        var equal = new PoolingWindows(size, count, windows.End(0), count == 1 ? size : windows.First(1));
        return equal.AreEqual && Enumerable.Range(0, count).All(i => windows.First(i) == equal.First(i) && windows.End(i) == equal.End(i)) ? equal : windows;
    }

    /// <summary>The first pixel of a window.</summary>
    public int First(int window) => AreEqual ? window * Stride : (int)((long)window * Size / Count);

    /// <summary>The pixel behind the last one of a window.</summary>
    public int End(int window) => AreEqual ? (window * Stride) + Kernel : (int)(((((long)window + 1) * Size) + Count - 1) / Count);

    private static int LargestOf(PoolingWindows windows) => Enumerable.Range(0, windows.Count).Max(window => windows.End(window) - windows.First(window));
}
