using CifarFast.Benchmarks.Reports;

namespace CifarFast.Benchmarks.TorchSharp;

/// <summary>
/// CifarFast against libtorch (oneDNN and MKL) and ONNX Runtime on the same work in the same process, taking turns. The rival is the fastest of
/// the others in each case.
/// </summary>
internal static class Comparison
{
    private static readonly Dictionary<string, Func<Measurement, Markdown>> _sections = new()
    {
        ["steps"] = StepComparison.Reference,
        ["airbench94"] = StepComparison.Airbench94,
        ["inference"] = InferenceComparison.Write,
        ["matrices"] = MatrixComparison.Write,
    };

    /// <summary>Measures, and writes into a page where one is named.</summary>
    /// <param name="args">What <see cref="ReportArguments"/> says.</param>
    /// <exception cref="ArgumentException">They ask for something that there is not.</exception>
    public static void Run(IReadOnlyList<string> args) => Page.Write(ReportArguments.Parse(args, _sections.Keys), _sections);
}
