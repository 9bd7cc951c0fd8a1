using CifarFast.Engine.Nn;

namespace CifarFast.Engine.Execution.Passes;

/// <summary>
/// Looks for values that need not be kept for the backward pass: their layer makes them in a few operations of something that is kept anyway, and all that reads
/// them is in its stage. Backward they are computed again, for the few samples that go through together, and stay in cache. (Chen, Xu, Zhang and Guestrin 2016, "Training
/// Deep Nets with Sublinear Memory Cost", do so with whole parts of a network.)
/// </summary>
internal static class Recompute
{
    /// <summary>Whether the output of each node of the graph is computed again.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="inPlace">Whether each node is computed in place.</param>
    /// <param name="stage">The stage of each node.</param>
    public static bool[] Run(Graph graph, bool[] inPlace, int[] stage)
    {
        bool[] recomputes = new bool[graph.Nodes.Count];
        for (int i = 0; i < recomputes.Length; i++)
        {
            GraphNode node = graph.Nodes[i];
            recomputes[i] = node.Layer.IsRecomputed && !inPlace[i] && node.Output != graph.Output
                && graph.ReadersOf(node.Output).All(reader => stage[reader.Node] == stage[i] && !inPlace[reader.Node]);
        }

        return recomputes;
    }
}
