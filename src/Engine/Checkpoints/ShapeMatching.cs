namespace CifarFast.Engine.Checkpoints;

/// <summary>
/// Finds the tensors of a network in a file by their shapes. Where names tell layers, a bias goes with its weight. Where several have
/// the same shapes, the order of the file and the numbers in the names must agree, and nothing that may be a weight may be left over.
/// </summary>
internal static class ShapeMatching
{
    /// <summary>Finds a tensor of the file for each expected one, by the names of these.</summary>
    /// <param name="expected">The tensors of the network, in its order.</param>
    /// <param name="present">The tensors of the file, in its order.</param>
    /// <exception cref="FormatException">They are not all there, or there is doubt; the message is a sentence about the file that says which.</exception>
    public static Dictionary<string, TensorEntry> Match(TensorEntry[] expected, TensorEntry[] present)
    {
        TensorEntry[] candidates =
        [
            .. present.Where(tensor => tensor.Sizes is not null && !TensorName.IsOptimizerState(tensor.Name) &&
                (tensor.IsFloat ? !tensor.IsSingle || expected.Any(tensor.HasSizesOf) : expected.Any(wanted => IsCount(tensor, wanted)))),
        ];
        var names = present.Select(tensor => tensor.Name).ToHashSet();
        bool namesTell = TellLayers(expected, candidates);
        TensorGroup[] wanted = namesTell ? TensorGroup.ByLayer(expected) : TensorGroup.Singly(expected);
        TensorGroup[] found = namesTell ? TensorGroup.ByLayer(candidates) : TensorGroup.Singly(candidates);
        ILookup<string, TensorGroup> foundBySignature = found.ToLookup(group => group.Signature);
        var sources = new Dictionary<string, TensorEntry>();
        foreach (IGrouping<string, TensorGroup> alike in wanted.GroupBy(group => group.Signature))
        {
            TensorGroup[] groups = [.. alike];
            TensorGroup[] choices = [.. foundBySignature[alike.Key]];
            Check(groups, choices, namesTell, names);
            foreach ((TensorEntry tensor, TensorEntry source) in groups.Zip(choices).SelectMany(pair => pair.First.Members.Zip(pair.Second.Members)))
            {
                sources.Add(tensor.Name, source);
            }
        }

        ILookup<string, TensorGroup> wantedBySignature = wanted.ToLookup(group => group.Signature);
        if (found.FirstOrDefault(group => !wantedBySignature.Contains(group.Signature)) is TensorGroup left)
        {
            throw new FormatException($"{TensorName.Join(left.Members.Select(member => member.PrintableName))} would be left over: it was made for another network");
        }

        if (!namesTell)
        {
            CheckKinds(expected, sources);
        }

        return sources;
    }

    /// <summary>Whether names in the file end as those of the network's layers do, such as with <c>weight</c> and <c>bias</c>.</summary>
    public static bool TellLayers(IEnumerable<TensorEntry> expected, IEnumerable<TensorEntry> present)
    {
        var leaves = expected.Where(tensor => TensorName.Layer(tensor.Name).Length > 0).Select(tensor => TensorName.Leaf(tensor.Name)).ToHashSet();
        return present.Any(tensor => leaves.Contains(TensorName.Leaf(tensor.Name)));
    }

    private static bool IsCount(TensorEntry tensor, TensorEntry wanted) =>
        tensor.IsInteger && wanted.IsInteger && tensor.HasSizesOf(wanted) && TensorName.Leaf(tensor.Name) == TensorName.Leaf(wanted.Name);

    private static void Check(TensorGroup[] wanted, TensorGroup[] found, bool namesTell, HashSet<string> names)
    {
        string alike = TensorName.Join(found.Select(Printable));
        if (found.Length < wanted.Length)
        {
            string[] all = [.. wanted.SelectMany(group => group.Members).Select(member => member.Name)];
            string[] missing = [.. all.Where(name => !names.Contains(name)).DefaultIfEmpty(all[0])];
            string has = found.Length > 0 ? $"only {alike} in it has" : namesTell ? "no layer in it has" : "nothing in it is";
            string shapes = TensorName.Join(wanted[0].Members.Select(member => member.SizesText));
            throw new FormatException(
                $"{TensorName.Join(missing)} {(missing.Length == 1 ? "is" : "are")} missing, and {has} {shapes}: it was made for another network, or has other names");
        }

        if (found.Length > wanted.Length)
        {
            throw new FormatException($"it has {found.Length} of the shape of {TensorName.Join(wanted.Select(group => group.Name))}, and shapes do not tell which to take: {alike}");
        }

        if (found.Length > 1 && !TensorName.AreInOrder(found.Select(group => group.Name)))
        {
            throw new FormatException($"neither shapes nor order tell which of {alike} is which of {TensorName.Join(wanted.Select(group => group.Name))}");
        }

        // What is called weight lies as PyTorch has it; of other names it is not known whether rows come first or columns.
        if (!namesTell && wanted[0].Members[0].Sizes is [var rows, var columns, ..] && rows == columns)
        {
            throw new FormatException($"neither its shape nor its name tells whether {Printable(found[0])} has to be transposed");
        }
    }

    /// <summary>
    /// Where names do not tell weights from biases, those of all weights must be alike, and those of all biases: else a mean of ten
    /// numbers would do for a bias that is missing.
    /// </summary>
    private static void CheckKinds(TensorEntry[] expected, Dictionary<string, TensorEntry> sources)
    {
        foreach (IGrouping<string, TensorEntry> kind in expected.GroupBy(tensor => TensorName.Kind(TensorName.Leaf(tensor.Name))))
        {
            TensorEntry first = sources[kind.First().Name];
            if (kind.FirstOrDefault(tensor => TensorName.Kind(sources[tensor.Name].Name) != TensorName.Kind(first.Name)) is TensorEntry other)
            {
                throw new FormatException($"{sources[other.Name].PrintableName} has the shape of {other.Name}, but a name too different from {first.PrintableName} to be matched by that");
            }
        }
    }

    private static string Printable(TensorGroup group) => SafetensorsHeader.Printable(group.Name);
}
