using System.Globalization;
using System.Text;

namespace CifarFast.Trainer.Console;

/// <summary>Shows what a network takes a picture for, as plain text of at most 80 columns below the picture's name.</summary>
/// <param name="output">Where to.</param>
/// <param name="classNames">The classes.</param>
/// <param name="top">How many of them to show, the most probable ones.</param>
internal sealed class PredictionView(TextWriter output, IReadOnlyList<string> classNames, int top)
{
    private const int MaxNameWidth = 20;
    private const int BarWidth = 40;

    /// <summary>An eighth of a character more each.</summary>
    private const string Blocks = "▏▎▍▌▋▊▉█";

    private readonly int _nameWidth = Math.Min(MaxNameWidth, classNames.Max(name => name.Length));
    private readonly bool _hasBlocks = output.Encoding.GetString(output.Encoding.GetBytes(Blocks)) == Blocks;

    /// <summary>Writes a picture's name and the probabilities of its classes.</summary>
    public void Write(string path, IReadOnlyList<double> probabilities)
    {
        output.WriteLine(PlainText.Of(path));
        foreach ((double probability, int label) in probabilities.Select((probability, label) => (probability, label)).OrderByDescending(one => one.probability).Take(top))
        {
            string name = classNames[label].Length > _nameWidth ? classNames[label][.._nameWidth] : classNames[label];
            string share = double.IsNaN(probability) ? "-" : (probability * 100).ToString("F2", CultureInfo.InvariantCulture) + "%";
            output.WriteLine($"  {name.PadRight(_nameWidth)} {share,8} {Bar(probability)}".TrimEnd());
        }
    }

    private string Bar(double probability)
    {
        if (double.IsNaN(probability))
        {
            return "";
        }

        if (!_hasBlocks)
        {
            return new string('#', (int)Math.Round(probability * BarWidth));
        }

        (int whole, int rest) = Math.DivRem((int)Math.Round(probability * BarWidth * Blocks.Length), Blocks.Length);
        var bar = new StringBuilder().Append(Blocks[^1], whole);
        return (rest == 0 ? bar : bar.Append(Blocks[rest - 1])).ToString();
    }
}
