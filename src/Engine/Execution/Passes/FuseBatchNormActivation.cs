using CifarFast.Engine.Nn;

namespace CifarFast.Engine.Execution.Passes;

/// <summary>
/// Looks for batch normalisations that an activation alone reads, and has both computed in one loop: both wait for memory, and what lies between them
/// need not be kept for the backward pass.
/// </summary>
internal static class FuseBatchNormActivation
{
    /// <summary>The graph with one node for each such pair.</summary>
    public static Graph Run(Graph graph)
    {
        List<GraphNode> nodes = [];
        foreach (GraphNode node in graph.Nodes)
        {
            int normalization = nodes.FindIndex(other => other.Layer is BatchNorm2d && other.Output == node.Inputs[0]);
            if (node.Layer is Activation activation && normalization >= 0 && node.Inputs[0] != graph.Output && graph.ReadersOf(node.Inputs[0]).Count() == 1)
            {
                var fused = new BatchNormActivation((BatchNorm2d)nodes[normalization].Layer, activation);
                nodes[normalization] = nodes[normalization] with { Layer = fused, Output = node.Output };
            }
            else
            {
                nodes.Add(node);
            }
        }

        return graph with { Nodes = nodes };
    }
}
