namespace CifarFast.Engine.Distributed;

/// <summary>
/// The nodes of the tree of a sum over shards that processes hand each other, and how they are added up. They have places: those of the first process, in
/// its order, then those of the next one.
/// </summary>
internal sealed class SharedNodes
{
    private readonly (int Level, int Index)[][] _nodes;

    /// <summary>Plans the additions.</summary>
    /// <param name="nodes">The nodes of each process, which together have all shards.</param>
    /// <param name="shards">How many shards there are.</param>
    public SharedNodes(IEnumerable<(int Level, int Index)[]> nodes, int shards)
    {
        _nodes = [.. nodes];
        FirstPlaces = new int[_nodes.Length];
        var additions = new List<(int Left, int Right)>();
        var waiting = new Dictionary<(int Level, int Index), int>();
        for (int process = 0; process < _nodes.Length; process++)
        {
            FirstPlaces[process] = Count;
            foreach ((int level, int index) in _nodes[process])
            {
                Add(level, index, Count++);
            }
        }

        Additions = [.. additions];

        void Add(int level, int index, int place)
        {
            for (int count = CountOf(shards, level); count > 1; count = CountOf(shards, ++level))
            {
                int neighbour = index ^ 1;
                if (neighbour < count)
                {
                    if (!waiting.Remove((level, neighbour), out int other))
                    {
                        waiting[(level, index)] = place;
                        return;
                    }

                    (int left, int right) = index < neighbour ? (place, other) : (other, place);
                    additions.Add((left, right));
                    place = left;
                }

                index >>= 1;
            }

            Total = place;
        }
    }

    /// <summary>How many nodes there are.</summary>
    public int Count { get; private set; }

    /// <summary>The place of the first node of each process.</summary>
    public int[] FirstPlaces { get; }

    /// <summary>What is to be done one after another: what is in the right place is added to what is in the left one, on its right.</summary>
    public (int Left, int Right)[] Additions { get; }

    /// <summary>The place that has the sum of all then.</summary>
    public int Total { get; private set; }

    /// <summary>How many nodes a level has; level 0 has the shards.</summary>
    public static int CountOf(int shards, int level) => (shards + (1 << level) - 1) >> level;

    /// <summary>The nodes of a process.</summary>
    public ReadOnlySpan<(int Level, int Index)> Of(int process) => _nodes[process];
}
