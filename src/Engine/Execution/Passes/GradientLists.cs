using CifarFast.Engine.Kernels;
using CifarFast.Engine.Kernels.Convolution;
using CifarFast.Engine.Kernels.Pooling;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Operators;

namespace CifarFast.Engine.Execution.Passes;

/// <summary>
/// Looks for convolutions whose output is read by a max-pooling alone, and has the gradient between the two come as lists of what is
/// not zero in it: of a window only the maximum has a gradient, so that three in four multiply-adds of the backward passes would be with
/// zeros.
/// </summary>
internal static class GradientLists
{
    /// <summary>How the gradient of each node's output comes: as lists, or null for the whole image.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="contexts">Where each node stands, but for the lists.</param>
    public static PooledGradientLayout?[] Run(Graph graph, IReadOnlyList<OperatorContext> contexts)
    {
        var lists = new PooledGradientLayout?[graph.Nodes.Count];
        for (int i = 0; i < lists.Length; i++)
        {
            int output = graph.Nodes[i].Output;
            (int Node, int Index)[] readers = [.. graph.ReadersOf(output)];
            if (graph.Nodes[i].Layer is Conv2d convolution && output != graph.Output && readers is [(int reader, _)] && graph.Nodes[reader].Layer is MaxPool2d pooling)
            {
                ExecutionOptions execution = contexts[i].Execution;
                lists[i] = ConvolutionPasses.Lists(execution, convolution.Geometry(contexts[i]), pooling.Geometry(contexts[reader]));
            }
        }

        return lists;
    }
}
