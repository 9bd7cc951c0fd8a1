using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>Where the textbook's loops find what they multiply.</summary>
internal static class NaiveGeometry
{
    extension(ConvolutionGeometry geometry)
    {
        public int WeightIndex(int o, int c, int ky, int kx) =>
            (((((o * geometry.Input.Channels) + c) * geometry.Kernel) + ky) * geometry.Kernel) + kx;

        /// <summary>Where the input element lies that a kernel element meets at an output pixel; false in the padding.</summary>
        public bool TryInput(int y, int x, int c, int ky, int kx, out int at)
        {
            int row = (y * geometry.Stride) + ky - geometry.Padding;
            int column = (x * geometry.Stride) + kx - geometry.Padding;
            bool inside = row >= 0 && row < geometry.Input.Height && column >= 0 && column < geometry.Input.Width;
            at = inside ? geometry.Input.Offset(row, column) + c : 0;
            return inside;
        }

        /// <summary>Where the pixel of the output gradient lies whose window meets an input pixel with a kernel element; false where there is none.</summary>
        public bool TryOutput(int y, int x, int ky, int kx, out int at)
        {
            (int row, int betweenRows) = Math.DivRem(y + geometry.Padding - ky, geometry.Stride);
            (int column, int betweenColumns) = Math.DivRem(x + geometry.Padding - kx, geometry.Stride);
            SampleLayout outputs = geometry.OutputGradient;
            bool inside = betweenRows == 0 && betweenColumns == 0 && row >= 0 && row < outputs.Height && column >= 0 && column < outputs.Width;
            at = inside ? outputs.Offset(row, column) : 0;
            return inside;
        }
    }
}
