using System.Globalization;
using CifarFast.Engine.Nn;

namespace CifarFast.Trainer.Console;

/// <summary>The layers of a network as a table of at most 80 columns.</summary>
internal static class LayerTable
{
    /// <summary>Writes it.</summary>
    public static void Write(TextWriter output, Architecture architecture)
    {
        Line(output, $"network   {architecture.Name}, input {architecture.InputShape}");
        Line(output, $"          {"layer",-33}{"output",10}{"parameters",12}{"multiply-adds",15}");
        foreach ((LayerSummary row, int i) in architecture.Summary.Select((row, i) => (row, i)))
        {
            Line(output, $"          {i,2}{(row.IsFrozen ? '*' : ' ')}{row.Description,-30}{row.OutputShape.ToString(),10}{Count(row.Parameters),12}{Count(row.MultiplyAdds),15}");
        }

        Line(output, $"          {"total",-43}{Count(architecture.Summary.Sum(row => row.Parameters)),12}{Count(architecture.Summary.Sum(row => row.MultiplyAdds)),15}");
        if (architecture.Summary.Any(row => row.IsFrozen))
        {
            output.WriteLine("          * frozen: stays as it begins");
        }
    }

    private static string Count(long count) => count == 0 ? "" : count.ToString("N0", CultureInfo.InvariantCulture);

    private static void Line(TextWriter output, FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture).TrimEnd());
}
