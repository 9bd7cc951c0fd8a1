using CifarFast.Engine.Nn;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Execution.Passes;

/// <summary>
/// Looks for batch normalisations in training, and cuts each in two: a <see cref="BatchStatistics"/>, the tail of what comes before, which sees each
/// sample while it is in cache, and the normalisation itself, the head of what follows when all samples have been seen.
/// </summary>
internal static class SplitBatchNorm
{
    /// <summary>The graph with a node more for each batch normalisation.</summary>
    public static Graph Run(Graph graph)
    {
        List<GraphNode> nodes = [];
        List<Shape> shapes = [.. graph.Shapes];
        foreach (GraphNode node in graph.Nodes)
        {
            if (node.Layer is BatchNorm2d)
            {
                shapes.Add(shapes[node.Inputs[0]]);
                nodes.Add(new GraphNode(node.Path, new BatchStatistics(), node.Inputs, shapes.Count - 1, node.Frozen));
                nodes.Add(node with { Inputs = [shapes.Count - 1] });
            }
            else
            {
                nodes.Add(node);
            }
        }

        return graph with { Nodes = nodes, Shapes = shapes };
    }
}
