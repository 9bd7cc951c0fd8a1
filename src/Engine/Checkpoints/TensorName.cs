using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace CifarFast.Engine.Checkpoints;

/// <summary>What names of tensors tell: which layer, which tensor of it, which comes first, and what is none of the network's.</summary>
internal static partial class TensorName
{
    private static readonly string[] _optimizerBuffers = ["momentum_buffer", "exp_avg", "exp_avg_sq", "max_exp_avg_sq"];

    /// <summary>What a tensor is within its layer: <c>weight</c> of <c>layers.0.weight</c>, and of <c>conv1_weight</c>.</summary>
    public static string Leaf(string name) => name[LeafStart(name)..];

    /// <summary>What comes before <see cref="Leaf"/>.</summary>
    public static string Layer(string name) => name[..LeafStart(name)].TrimEnd('.', '/', '_');

    /// <summary>Whether it is what an optimizer keeps beside the weights, often in the same shapes.</summary>
    public static bool IsOptimizerState(string name) => name.Split('.', '/').Any(part =>
        part.StartsWith("optim", StringComparison.OrdinalIgnoreCase) || _optimizerBuffers.Contains(part));

    /// <summary>A name with all its numbers alike: <c>conv#.weight</c>.</summary>
    public static string Kind(string name) => Digits().Replace(name, "#");

    /// <summary>
    /// Whether names differ in nothing but their numbers, and these rise: <c>conv2</c> before <c>conv10</c>. Other names may be in
    /// the order of the alphabet only, in which many programs write tensors, and which says nothing.
    /// </summary>
    public static bool AreInOrder(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return all.Zip(all.Skip(1), (one, next) => Kind(one) == Kind(next) && Compare(Numbers(one), Numbers(next)) < 0).All(rises => rises);
    }

    /// <summary>As <c>a, b and c</c>, of many only some.</summary>
    public static string Join(IEnumerable<string> names)
    {
        const int Most = 4;
        string[] all = [.. names];
        string[] shown = all.Length <= Most ? all : [.. all[..(Most - 1)], $"{all.Length - Most + 1} more"];
        return shown.Length > 1 ? $"{string.Join(", ", shown[..^1])} and {shown[^1]}" : shown.FirstOrDefault("");
    }

    private static BigInteger[] Numbers(string name) => [.. Digits().Matches(name).Select(digits => BigInteger.Parse(digits.ValueSpan, CultureInfo.InvariantCulture))];

    private static int Compare(BigInteger[] one, BigInteger[] next) =>
        one.Zip(next, (number, other) => number.CompareTo(other)).FirstOrDefault(order => order != 0);

    private static int LeafStart(string name)
    {
        int end = name.LastIndexOfAny(['.', '/']);
        return (end < 0 ? name.LastIndexOf('_') : end) + 1;
    }

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Digits();
}
