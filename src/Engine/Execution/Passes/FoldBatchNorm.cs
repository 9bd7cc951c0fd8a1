using CifarFast.Engine.Nn;

namespace CifarFast.Engine.Execution.Passes;

/// <summary>
/// Looks for batch normalisations right behind a convolution that nothing else reads, in a network that only classifies: both are one convolution with
/// other weights and a bias, so that no value has to be touched a second time. One behind a pooling stays what it is.
/// </summary>
internal static class FoldBatchNorm
{
    /// <summary>The graph with those normalisations exchanged for what leaves values as they are.</summary>
    public static Graph Run(Graph graph)
    {
        GraphNode[] nodes = [.. graph.Nodes];
        for (int i = 1; i < nodes.Length; i++)
        {
            if (nodes[i].Layer is BatchNorm2d layer && nodes[i - 1].Layer is Conv2d && nodes[i].Inputs[0] == nodes[i - 1].Output && IsReadOnce(graph, nodes[i].Inputs[0]))
            {
                nodes[i] = nodes[i] with { Layer = new FoldedBatchNorm2d(layer) };
            }
        }

        return graph with { Nodes = nodes };
    }

    private static bool IsReadOnce(Graph graph, int value) => value != graph.Output && graph.ReadersOf(value).Count() == 1;
}
