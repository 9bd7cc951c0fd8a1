using CifarFast.Engine.Kernels.Gemm;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Kernels.Linear;

/// <summary>
/// The linear map as matrix products on <see cref="PanelGemm"/>. The weight is kept as inputs × outputs in panels of
/// outputs, which the forward product reads as its right operand and the weight gradient writes as its result. The input
/// gradient needs the transpose: it is made a block at a time, in cache, right before the block is used.
/// </summary>
internal sealed unsafe class GemmLinear : ILinear
{
    private const int InputsOfTask = 256;
    // Each block of outputs is a sum of its own, so another number is another numerics version.
    private const int TransposedOutputs = 128;
    private static readonly float[] One = [1];

    private readonly LinearGeometry _geometry;
    private readonly PanelGemm _gemm;
    private readonly AlignedBuffer _packedGradient;

    public GemmLinear(SimdTier tier, LinearGeometry geometry)
    {
        _geometry = geometry;
        _gemm = PanelGemm.For(tier);
        SampleLayout input = geometry.Input;
        WeightLayout = ParameterLayout.Panels(
            geometry.Inputs,
            geometry.Outputs,
            Panel,
            index => (input.OffsetOfFeature(index % input.Features), index / input.Features));
        BiasLayout = ParameterLayout.Dense(Panels * Panel);
        _packedGradient = new AlignedBuffer(checked(geometry.MaxSamples * Panels * Panel));
    }

    public ParameterLayout WeightLayout { get; }

    public ParameterLayout BiasLayout { get; }

    public int ForwardTasks => Panels;

    public int BackwardInputTasks => (_geometry.Inputs + InputsOfTask - 1) / InputsOfTask;

    public int BackwardParametersTasks => BackwardInputTasks;

    private int Panel => _gemm.PanelWidth;

    private int Panels => _gemm.Panels(_geometry.Outputs);

    public void Forward(int task, int samples, ReadOnlySpan<float> input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> output)
    {
        CheckTask(task, ForwardTasks);
        CheckSamples(samples, input, output);
        WeightLayout.Check(weight, nameof(weight));
        if (!bias.IsEmpty)
        {
            BiasLayout.Check(bias, nameof(bias));
        }

        int column = task * Panel;
        var product = new GemmGeometry
        {
            Segments = 1,
            Rows = samples,
            Columns = Math.Min(Panel, _geometry.Outputs - column),
            Runs = 1,
            RunLength = _geometry.Inputs,
            ARow = _geometry.Input.Stride,
            AStep = 1,
            BStep = Panel,
            CRow = _geometry.Output.Stride,
        };
        fixed (float* a = input, b = weight, shift = bias, c = output)
        {
            _gemm.MultiplyDeep(product, a, b + ((nint)column * _geometry.Inputs), bias.IsEmpty ? null : shift + column, c + column, paddedC: false);
        }
    }

    /// <summary>Packs the output gradient into panels whose last one is filled up with zeros.</summary>
    public void PrepareBackward(int samples, ReadOnlySpan<float> outputGradient)
    {
        Span<float> packed = _packedGradient.Span;
        for (int n = 0; n < samples; n++)
        {
            ReadOnlySpan<float> from = outputGradient.Slice(n * _geometry.Output.Stride, _geometry.Outputs);
            for (int o = 0; o < _geometry.Outputs; o += Panel)
            {
                from.Slice(o, Math.Min(Panel, _geometry.Outputs - o)).CopyTo(packed[((o * samples) + (n * Panel))..]);
            }
        }

        // A smaller batch puts the last panel's padding where an earlier batch may have left values.
        int lastWidth = _geometry.Outputs - ((Panels - 1) * Panel);
        for (int n = 0; n < samples; n++)
        {
            packed.Slice((((Panels - 1) * samples) + n) * Panel, Panel)[lastWidth..].Clear();
        }
    }

    public void BackwardInput(int task, int samples, ReadOnlySpan<float> weight, ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        CheckTask(task, BackwardInputTasks);
        CheckSamples(samples, inputGradient, outputGradient);
        WeightLayout.Check(weight, nameof(weight));
        int panel = Panel;
        float* transposed = stackalloc float[(TransposedOutputs * panel) + 16];
        transposed = (float*)(((nint)transposed + 63) & ~63);
        int end = Math.Min(_geometry.Inputs, (task + 1) * InputsOfTask);
        fixed (float* w = weight, a = outputGradient, c = inputGradient)
        {
            for (int input = task * InputsOfTask; input < end; input += panel)
            {
                int columns = Math.Min(panel, _geometry.Inputs - input);
                for (int output = 0; output < _geometry.Outputs; output += TransposedOutputs)
                {
                    int depth = Math.Min(TransposedOutputs, _geometry.Outputs - output);
                    Transpose(w, input, columns, output, depth, transposed);
                    var product = new GemmGeometry
                    {
                        Segments = 1,
                        Rows = samples,
                        Columns = columns,
                        Runs = 1,
                        RunLength = depth,
                        ARow = _geometry.Output.Stride,
                        AStep = 1,
                        BStep = panel,
                        CRow = _geometry.Input.Stride,
                        Accumulate = output > 0,
                    };
                    _gemm.Multiply(product, a + output, transposed, null, c + input, paddedC: false);
                }
            }
        }
    }

    public void BackwardParameters(
        int task,
        int samples,
        ReadOnlySpan<float> input,
        ReadOnlySpan<float> outputGradient,
        Span<float> weightGradient,
        Span<float> biasGradient)
    {
        CheckTask(task, BackwardParametersTasks);
        CheckSamples(samples, input, outputGradient);
        WeightLayout.Check(weightGradient, nameof(weightGradient));
        int first = task * InputsOfTask;
        var product = new GemmGeometry
        {
            Segments = 1,
            Rows = Math.Min(InputsOfTask, _geometry.Inputs - first),
            Columns = _geometry.Outputs,
            Runs = 1,
            RunLength = samples,
            ARow = 1,
            AStep = _geometry.Input.Stride,
            BPanel = samples * Panel,
            BStep = Panel,
            CPanel = (nint)_geometry.Inputs * Panel,
            CRow = Panel,
        };
        fixed (float* a = input, b = _packedGradient.Span, c = weightGradient, d = biasGradient, one = One)
        {
            _gemm.MultiplyDeep(product, a + first, b, null, c + ((nint)first * Panel), paddedC: true);
            if (task == 0 && !biasGradient.IsEmpty)
            {
                BiasLayout.Check(biasGradient, nameof(biasGradient));
                _gemm.MultiplyDeep(product with { Rows = 1, ARow = 0, AStep = 0, CPanel = Panel }, one, b, null, d, paddedC: true);
            }
        }
    }

    /// <summary>Of each panel the rows of the task's inputs, one panel after another, and with the first task the bias.</summary>
    public int GradientLength(int task, bool hasBias) => (RowsOf(task) + (hasBias && task == 0 ? 1 : 0)) * Panels * Panel;

    public void CopyGradient(int task, ReadOnlySpan<float> weightGradient, ReadOnlySpan<float> biasGradient, Span<float> to)
    {
        int length = RowsOf(task) * Panel;
        for (int panel = 0; panel < Panels; panel++)
        {
            weightGradient.Slice(PartOfPanel(panel, task), length).CopyTo(to[(panel * length)..]);
        }

        if (task == 0)
        {
            biasGradient.CopyTo(to[(Panels * length)..]);
        }
    }

    public void SetGradient(int task, ReadOnlySpan<float> from, Span<float> weightGradient, Span<float> biasGradient)
    {
        int length = RowsOf(task) * Panel;
        for (int panel = 0; panel < Panels; panel++)
        {
            from.Slice(panel * length, length).CopyTo(weightGradient[PartOfPanel(panel, task)..]);
        }

        if (task == 0)
        {
            from.Slice(Panels * length, biasGradient.Length).CopyTo(biasGradient);
        }
    }

    private int RowsOf(int task) => Math.Min(InputsOfTask, _geometry.Inputs - (task * InputsOfTask));

    private int PartOfPanel(int panel, int task) => ((panel * _geometry.Inputs) + (task * InputsOfTask)) * Panel;

    /// <summary>Copies <paramref name="depth"/> outputs × <paramref name="columns"/> inputs of the weight, outputs as rows.</summary>
    private void Transpose(float* weight, int input, int columns, int output, int depth, float* transposed)
    {
        int panel = Panel;
        for (int o = 0; o < depth; o += panel)
        {
            float* from = weight + ((((nint)(output + o) / panel * _geometry.Inputs) + input) * panel);
            Transposition.Write(columns, Math.Min(panel, depth - o), from, panel, transposed + (o * panel), panel);
        }
    }

    private void CheckSamples(int samples, ReadOnlySpan<float> inputs, ReadOnlySpan<float> outputs)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(samples);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(samples, _geometry.MaxSamples);
        long needInputs = ((samples - 1L) * _geometry.Input.Stride) + _geometry.Inputs;
        long needOutputs = ((samples - 1L) * _geometry.Output.Stride) + _geometry.Outputs;
        if (inputs.Length < needInputs || outputs.Length < needOutputs)
        {
            throw new ArgumentException(
                $"{samples} samples take {needInputs} floats of input and {needOutputs} of output, not {inputs.Length} and {outputs.Length}");
        }
    }

    private static void CheckTask(int task, int tasks)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(task);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(task, tasks);
    }
}
