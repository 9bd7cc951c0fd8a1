using CifarFast.Engine.Checkpoints;

namespace CifarFast.Trainer.Console;

/// <summary>Says which tensors of a file were read, where their names are not those of the network.</summary>
internal static class AssignmentView
{
    /// <summary>Writes nothing where names are the same, a line where they only have a prefix, else a line for each tensor.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="label">What the first line begins with.</param>
    /// <param name="assignment">What was read.</param>
    /// <param name="mappings">What a person said of the names.</param>
    public static void Write(TextWriter output, string label, TensorAssignment assignment, IReadOnlyList<TensorMapping> mappings)
    {
        if (assignment.Prefix is string prefix)
        {
            if (prefix.Length > 0)
            {
                output.WriteLine($"{label,-10}names in the file without their prefix '{prefix}'");
            }

            return;
        }

        output.WriteLine($"{label,-10}{(mappings.Count > 0 ? "as --map says, the rest by names and shapes:" : "matched by shapes and order (--map old=new where that is wrong):")}");
        int names = assignment.Tensors.Max(tensor => tensor.Name.Length);
        int sizes = assignment.Tensors.Max(tensor => tensor.Sizes.Length);
        foreach (AssignedTensor tensor in assignment.Tensors)
        {
            output.WriteLine($"          {tensor.Name.PadRight(names)}  {tensor.Sizes.PadRight(sizes)}  from {tensor.Source}");
        }
    }
}
