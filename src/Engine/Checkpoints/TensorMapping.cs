using System.Diagnostics.CodeAnalysis;

namespace CifarFast.Engine.Checkpoints;

/// <summary>
/// What a person says of a tensor in a file: that it is a certain one of the network's. Names that end with a dot stand for all
/// tensors whose names begin so.
/// </summary>
/// <param name="From">The name in the file.</param>
/// <param name="To">The name in the network; empty for a beginning that is only to be taken away.</param>
public sealed record TensorMapping(string From, string To)
{
    /// <summary>Whether it is about beginnings of names.</summary>
    internal bool IsPrefix => From.EndsWith('.');

    /// <summary>As it is typed, fit to be shown.</summary>
    internal string Printable => $"'{SafetensorsHeader.Printable(From)}={SafetensorsHeader.Printable(To)}'";

    /// <summary>Takes a text such as <c>first.weight=0.weight</c>, <c>first.=0.</c> or <c>model.=</c> apart.</summary>
    /// <param name="text">The text.</param>
    /// <param name="mapping">What it says, where it says something.</param>
    internal static bool TryParse(string text, [NotNullWhen(true)] out TensorMapping? mapping)
    {
        mapping = text.Split('=') switch
        {
            [[.., '.'] from, "" or [.., '.']] names => new TensorMapping(from, names[1]),
            [[.., not '.'] from, [.., not '.'] to] => new TensorMapping(from, to),
            _ => null,
        };
        return mapping is not null;
    }

    /// <summary>As it is typed.</summary>
    public override string ToString() => $"{From}={To}";

    /// <summary>Whether it is about the tensor of the file that is called so.</summary>
    internal bool Means(string name) => IsPrefix ? name.StartsWith(From, StringComparison.Ordinal) : name == From;

    /// <summary>What such a tensor is called in the network.</summary>
    internal string Map(string name) => IsPrefix ? To + name[From.Length..] : To;
}
