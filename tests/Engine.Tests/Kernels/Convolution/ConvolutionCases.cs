namespace CifarFast.Engine.Tests.Kernels.Convolution;

/// <summary>Convolutions whose sizes lie at and beside the edges of tiles and vectors, by name.</summary>
internal static class ConvolutionCases
{
    private static readonly int[] Channels = [1, 3, 15, 16, 17, 31, 32, 33];
    private static readonly int[] Widths = [1, 5, 6, 7, 11, 12, 13, 24, 25];

    public static IReadOnlyDictionary<string, ConvolutionCase> All { get; } = Kernels()
        .Concat(ChannelPairs())
        .Concat(OutputWidths())
        .Where(one => one.IsPossible)
        .DistinctBy(one => one.ToString())
        .ToDictionary(one => one.ToString());

    /// <summary>Every kernel, stride and padding on an image that is not square, with borders of every kind.</summary>
    private static IEnumerable<ConvolutionCase> Kernels()
    {
        foreach (int kernel in new[] { 1, 2, 3, 5 })
        {
            foreach (int stride in new[] { 1, 2, 3 })
            {
                foreach (int padding in new[] { 0, 1, 2 })
                {
                    for (int border = -1; border <= 1; border++)
                    {
                        yield return new ConvolutionCase(kernel, stride, padding, Inputs: 3, Outputs: 17, Height: 7, Width: 10, border);
                    }

                    yield return new ConvolutionCase(kernel, stride, padding, Inputs: 2, Outputs: 16, Height: 6, Width: 5, Border: -9);
                }
            }
        }

        // An image that is smaller than the kernel, and one of a single pixel.
        yield return new ConvolutionCase(5, 1, 2, 3, 4, 1, 3, 0);
        yield return new ConvolutionCase(5, 2, 2, 3, 4, 2, 1, 0);
        yield return new ConvolutionCase(3, 1, 1, 1, 1, 1, 1, 0);
    }

    /// <summary>All numbers of channels, in and out.</summary>
    private static IEnumerable<ConvolutionCase> ChannelPairs() =>
        from inputs in Channels
        from outputs in Channels
        select new ConvolutionCase(Kernel: 3, Stride: 1, Padding: 1, inputs, outputs, Height: 2, Width: 3, Border: (inputs + outputs) % 2);

    /// <summary>Output rows as long as tiles of registers are high, with and without a stride.</summary>
    private static IEnumerable<ConvolutionCase> OutputWidths() =>
        from width in Widths
        from stride in new[] { 1, 2 }
        select new ConvolutionCase(Kernel: 3, stride, Padding: 1, Inputs: 2, Outputs: 18, Height: 3, Width: ((width - 1) * stride) + 1, Border: 0);
}
