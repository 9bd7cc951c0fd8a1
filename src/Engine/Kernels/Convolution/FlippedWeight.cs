using CifarFast.Engine.Kernels.Gemm;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Convolution;

/// <summary>
/// The weight of a convolution as its backward pass to the input wants it: rotated by half a turn, inputs and outputs exchanged; a matrix of
/// (row, column, output channel) × input channels, in panels of the tier.
/// </summary>
internal sealed unsafe class FlippedWeight
{
    private readonly ConvolutionGeometry _geometry;
    private readonly ParameterLayout _weightLayout;
    private readonly int _panel;
    private readonly AlignedBuffer _flipped;

    public FlippedWeight(ConvolutionProblem problem)
    {
        _geometry = problem.Geometry;
        _weightLayout = problem.WeightLayout;
        PanelGemm gemm = PanelGemm.For(problem.Execution.Tier);
        _panel = gemm.PanelWidth;
        _flipped = new AlignedBuffer(gemm.Panels(_geometry.Input.Channels) * _panel * Depth);
    }

    /// <summary>Rows of the matrix.</summary>
    public int Depth => _geometry.Kernel * _geometry.Kernel * _geometry.Output.Channels;

    /// <summary>Floats that it takes.</summary>
    public int Floats => _flipped.Length;

    /// <summary>Panels of the matrix.</summary>
    public int Panels => _flipped.Length / (_panel * Depth);

    /// <summary>What <see cref="Make"/> made last.</summary>
    public float* Pointer => _flipped.Pointer;

    /// <summary>Makes a panel of it of a weight as it is stored; several threads may make one each.</summary>
    public void Make(int panel, ReadOnlySpan<float> weight)
    {
        _weightLayout.Check(weight, nameof(weight));
        int taps = _geometry.Kernel * _geometry.Kernel;
        int inputs = _geometry.Input.Channels;
        int outputs = _geometry.Output.Channels;
        int first = panel * _panel;
        int width = Math.Min(_panel, inputs - first);
        float* to = Pointer + (first * Depth);
        fixed (float* from = weight)
        {
            for (int tap = 0; tap < taps; tap++)
            {
                // Rotating a square kernel by half a turn reverses the order of its elements.
                int flippedTap = taps - 1 - tap;
                for (int o = 0; o < outputs; o += _panel)
                {
                    float* block = from + (((o / _panel * _geometry.Depth) + (tap * inputs) + first) * _panel);
                    Transposition.Write(width, Math.Min(_panel, outputs - o), block, _panel, to + (((flippedTap * outputs) + o) * _panel), _panel);
                }
            }
        }
    }
}
