using System.Text.RegularExpressions;

namespace CifarFast.Benchmarks.Reports;

/// <summary>The page of a CPU before anything is measured.</summary>
internal static partial class PageTemplate
{
    private const string Text =
        """
        # Figures: CPU

        All tables are written by programs; [perf.md](../perf.md) tells what they mean and how to write them. What is compared takes turns in one
        process, round after round, and a figure is the median of its rounds unless its table says otherwise.

        ## The machine

        The peak is what the cores do at most, twelve independent chains of multiply-adds on registers, the best of fifteen rounds.

        [machine]

        ## Paths

        [paths]

        ## Convolutions

        The 3×3 convolutions of the reference network and of airbench94 (inputs, outputs, size of the image), directly and by Winograd's algorithm.

        [convolutions]

        ## Matrix products

        [products]

        ## Layers

        Percentages count the multiply-adds of the definition.

        [layers]

        ## Evaluation

        [evaluation]

        ## Threads and batch size

        [scaling]

        ## A whole epoch

        [epoch]

        ## Checkpoints

        [checkpoints]

        ## Against libtorch and ONNX Runtime

        ### Training and forward passes

        [steps]

        [airbench94]

        ### Inference

        [inference]

        ### Matrices

        [matrices]

        """;

    /// <summary>The page, all sections of it empty.</summary>
    /// <param name="cpu">What to call the CPU.</param>
    public static string Of(string cpu) =>
        Place().Replace(Text.Replace("CPU", cpu, StringComparison.Ordinal), place => $"<!-- {place.Groups[1].Value}: begin -->\nNot measured.\n<!-- {place.Groups[1].Value}: end -->");

    [GeneratedRegex(@"^\[(\w+)\]$", RegexOptions.Multiline)]
    private static partial Regex Place();
}
