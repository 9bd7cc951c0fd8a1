using CifarFast.Engine.Checkpoints;
using CsCheck;

namespace CifarFast.Engine.Tests.Checkpoints;

/// <summary>
/// Networks and files at random, of so few shapes that many layers are alike. What is found must be right, and what can be known
/// must be found.
/// </summary>
public sealed class TensorMatchingPropertyTests
{
    private static readonly long[][] _shapes = [[4, 4], [4, 2], [2, 4], [4, 4, 3, 3], [4, 2, 3, 3], [2, 2, 3, 3]];

    private static readonly string[] _words = ["stem", "body", "head", "up", "down", "left", "right", "gate"];

    private static readonly Gen<(TensorEntry[] Network, Random Random)> _networks =
        Gen.Select(Gen.Int[1, _words.Length], Gen.Int, (layers, seed) =>
        {
            var random = new Random(seed);
            return (TensorMatchingTests.Sequential([.. Enumerable.Range(0, layers).Select(i => (3 * i, _shapes[random.Next(_shapes.Length)]))]), random);
        });

    [Fact]
    public void The_right_names_are_found_in_any_order_and_behind_any_prefix() => _networks.Sample((network, random) =>
    {
        string prefix = string.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => _words[random.Next(_words.Length)] + "."));
        TensorEntry[] file = TensorMatchingTests.Behind(prefix, network);
        Assert.True(Finds(network, file, Shuffle(file, random)));
    });

    /// <summary>Layers are numbered as in the network, so that nothing may be found but in that order.</summary>
    [Fact]
    public void Numbered_layers_are_found_in_their_order_or_not_at_all() => _networks.Sample((network, random) =>
    {
        int step = 1 + random.Next(7);
        TensorEntry[] file = TensorMatchingTests.Rename(network, [.. _words.Select((_, i) => $"net.layer{(step * i) + 1}")]);
        Assert.True(Finds(network, file, file));
        Finds(network, file, Shuffle(file, random));
        Finds(network, file, [.. file.OrderBy(tensor => tensor.Name, StringComparer.Ordinal)]);
    });

    /// <summary>Where names have no order, layers are found that are like no other.</summary>
    [Fact]
    public void Named_layers_are_found_where_no_two_are_alike() => _networks.Sample((network, random) =>
    {
        TensorEntry[] file = TensorMatchingTests.Rename(network, Shuffle(_words, random));
        string[] weights = [.. network.Where(tensor => tensor.Sizes!.Count > 1).Select(tensor => tensor.SizesText)];
        Assert.Equal(weights.Distinct().Count() == weights.Length, Finds(network, file, Shuffle(file, random)));
    });

    /// <summary>Without names of layers all is found but square matrices, which may be transposed.</summary>
    [Fact]
    public void Numbered_tensors_are_found_in_their_order_or_not_at_all() => _networks.Sample((network, random) =>
    {
        TensorEntry[] file = [.. network.Select((tensor, i) => tensor with { Name = $"arr_{i}" })];
        Assert.Equal(!network.Any(tensor => tensor.Sizes is [var rows, var columns, ..] && rows == columns), Finds(network, file, file));
        Finds(network, file, Shuffle(file, random));
    });

    [Fact]
    public void What_is_no_weight_changes_nothing() => _networks.Sample((network, random) =>
    {
        TensorEntry[] file = TensorMatchingTests.Behind("layer", network);
        TensorEntry[] more =
        [
            .. TensorMatchingTests.Behind("optimizer.", file), .. TensorMatchingTests.Behind("exp_avg.", network),
            .. network.Select(tensor => TensorMatchingTests.Integer($"steps.{tensor.Name}", [.. tensor.Sizes!])), TensorMatchingTests.Tensor("lr"),
        ];
        List<TensorEntry> all = [.. file];
        foreach (TensorEntry tensor in more)
        {
            all.Insert(random.Next(all.Count + 1), tensor);
        }

        Assert.True(Finds(network, file, [.. all]));
    });

    [Fact]
    public void A_tensor_less_or_a_weight_more_is_refused() => _networks.Sample((network, random) =>
    {
        TensorEntry[] file = TensorMatchingTests.Behind("layer", network);
        List<TensorEntry> less = [.. file];
        less.RemoveAt(random.Next(less.Count));
        Assert.False(Finds(network, file, [.. less]));
        Assert.False(Finds(network, file, [.. file, TensorMatchingTests.Tensor("more.weight", _shapes[random.Next(_shapes.Length)])]));
    });

    /// <summary>Whether the tensors are found; if they are, they must be these.</summary>
    private static bool Finds(TensorEntry[] network, TensorEntry[] sources, TensorEntry[] file)
    {
        IReadOnlyList<TensorEntry> found;
        try
        {
            found = TensorMatching.Match(network, file, []);
        }
        catch (FormatException)
        {
            return false;
        }

        Assert.Equal(sources.Select(source => source.Name), found.Select(source => source.Name));
        return true;
    }

    private static T[] Shuffle<T>(IEnumerable<T> items, Random random)
    {
        T[] shuffled = [.. items];
        random.Shuffle(shuffled);
        return shuffled;
    }
}
