namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>A tile of an image.</summary>
/// <param name="Row">The row of its first pixel.</param>
/// <param name="Column">The column of its first pixel.</param>
/// <param name="Kind">Which of the combinations of small and large rows and columns it is (<see cref="WinogradTiles.Transforms"/>).</param>
/// <param name="Rows">Which rows and transformed rows it has.</param>
/// <param name="Columns">Which columns and transformed columns it has.</param>
internal readonly record struct WinogradTile(int Row, int Column, int Kind, TileSide Rows, TileSide Columns);
