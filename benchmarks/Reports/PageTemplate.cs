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

        ## Roofline

        Each kernel's rate against the peak and the memory (Williams, Waterman and Patterson 2009, "Roofline"), by the operations that it does for each byte
        that it has to move: inputs, outputs and weights once each. Convolutions, of 32 images, are named as above, and their rates count the multiply-adds of the
        definition, so that Winograd's algorithm may stand above the peak; of layers without products, operations are counted as the kernels do them, a
        multiply-add as two, a comparison as one. That a CPU reads a line of memory before it writes to it counts nowhere: what is computed in
        place, as ReLU and the optimizer's step are, is spared that and may stand above the slope, as may what stays in a cache.

        [roofline]

        ## Layers

        Percentages count the multiply-adds of the definition.

        [layers]

        ## Bytes moved

        What a training step of each recipe moves at least, as its network is planned: what is kept for the batch (activations, gradients between stages) comes from
        memory and goes there once a stage, weights and what the optimizer keeps once a pass, all else stays in cache. The least is what no plan could
        do without: what the backward pass reads is written once and read once, and so are weights and what the optimizer keeps. The time is what memory takes for
        all of it, at the rate of as many threads.

        [traffic]

        ## Evaluation

        [evaluation]

        ## Threads and batch size

        [scaling]

        ## Several processes

        Steps that two processes share, each with one thread, against one process with two threads. What is exchanged at once is waited for; the rest travels while
        the process computes. The calls alone are those of a step with nothing computed; what is allowed on top of one process is their time and 5 % of its own.
        Networks are made up by delaying each call by a latency and by its bytes over a bandwidth. On paper, a step is what one process takes, and what has to be
        waited for: all calls at once, and of those in the background what is not done when it is needed.

        [processes]

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
