using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Nn;

/// <summary>
/// A network taken apart into layers and the values between them. A value is a number, from 0 on, and is written once, before any
/// node reads it; any number of nodes may read it.
/// </summary>
/// <param name="Nodes">The layers, in an order in which they can be computed.</param>
/// <param name="Shapes">The shape of each value, for one sample.</param>
/// <param name="Output">The value that the network gives.</param>
internal sealed record Graph(IReadOnlyList<GraphNode> Nodes, IReadOnlyList<Shape> Shapes, int Output)
{
    /// <summary>The value that the network is given.</summary>
    public const int Input = 0;

    /// <summary>Every reading of a value: which node, and as which of its inputs. A node that reads it twice is there twice.</summary>
    public IEnumerable<(int Node, int Index)> ReadersOf(int value) =>
        from node in Enumerable.Range(0, Nodes.Count)
        from index in Enumerable.Range(0, Nodes[node].Inputs.Count)
        where Nodes[node].Inputs[index] == value
        select (node, index);
}
