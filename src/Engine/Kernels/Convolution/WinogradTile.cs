namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>A tile of an image. Pixel 0, 0 is that of a whole tile: a smaller one may lack it (<see cref="TileSide"/>), and it may lie outside the image.</summary>
/// <param name="Row">The row of pixel 0, 0.</param>
/// <param name="Column">The column of pixel 0, 0.</param>
/// <param name="Kind">Which of the combinations of small and large rows and columns it is (<see cref="WinogradTiles.Transforms"/>).</param>
internal readonly record struct WinogradTile(int Row, int Column, int Kind);
