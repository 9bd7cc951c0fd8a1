using CifarFast.Engine.Nn;

namespace CifarFast.Engine.Execution.Passes;

/// <summary>
/// Looks for nodes whose output can have the memory of their first input: layers that allow it, and whose input is read by nothing
/// else, later or in a backward pass; an image is flattened without moving anything only for layers that find the features in it. That saves memory and, in cache, a copy.
/// </summary>
internal static class InPlace
{
    /// <summary>Whether each node of the graph is computed in place.</summary>
    public static bool[] Run(Graph graph)
    {
        bool[] inPlace = new bool[graph.Nodes.Count];

        // Of each value, whether a backward pass reads its memory as it is.
        bool[] isRead = new bool[graph.Shapes.Count];
        for (int i = 0; i < inPlace.Length; i++)
        {
            GraphNode node = graph.Nodes[i];
            int input = node.Inputs[0];
            inPlace[i] = node.Layer.InPlace switch
            {
                InPlaceKind.View => IsOnlyReader(graph, input) && IsReadAsImage(graph, node),
                InPlaceKind.Keeps => IsOnlyReader(graph, input),
                InPlaceKind.Overwrites => IsOnlyReader(graph, input) && !isRead[input],
                _ => false,
            };
            isRead[node.Output] = node.Layer.BackwardReadsOutput || (inPlace[i] && isRead[input]);
        }

        return inPlace;
    }

    private static bool IsReadAsImage(Graph graph, GraphNode view) =>
        view.Output != graph.Output && graph.ReadersOf(view.Output).All(reader => graph.Nodes[reader.Node].Layer.ReadsFlattenedImages);

    private static bool IsOnlyReader(Graph graph, int value) => value != graph.Output && graph.ReadersOf(value).Count() == 1;
}
