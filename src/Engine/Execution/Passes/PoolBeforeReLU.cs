using CifarFast.Engine.Nn;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Execution.Passes;

/// <summary>
/// Looks for a ReLU whose only reader is a max-pooling, and has the pooling computed first. As ReLU never makes the smaller of two
/// numbers the larger, outputs and gradients are the same; ReLU then looks at a quarter of the values, and what is about to be pooled
/// is not kept for the backward pass.
/// </summary>
internal static class PoolBeforeReLU
{
    /// <summary>The graph with the pairs exchanged.</summary>
    public static Graph Run(Graph graph)
    {
        GraphNode[] nodes = [.. graph.Nodes];
        Shape[] shapes = [.. graph.Shapes];
        for (int i = 1; i < nodes.Length; i++)
        {
            // From the pooling upwards, past as many ReLUs as there are.
            for (int j = i; j > 0 && Exchange(graph, nodes[j - 1], nodes[j]) is (GraphNode First, GraphNode Second) pair; j--)
            {
                (nodes[j - 1], nodes[j]) = pair;
                shapes[pair.First.Output] = shapes[pair.Second.Output];
            }
        }

        return graph with { Nodes = nodes, Shapes = shapes };
    }

    private static (GraphNode First, GraphNode Second)? Exchange(Graph graph, GraphNode relu, GraphNode pooling) =>
        relu.Layer is ReLU && pooling.Layer is MaxPool2d && pooling.Inputs[0] == relu.Output
        && relu.Output != graph.Output && graph.ReadersOf(relu.Output).Count() == 1
            ? (pooling with { Inputs = relu.Inputs, Output = relu.Output }, relu with { Inputs = [relu.Output], Output = pooling.Output })
            : null;
}
