namespace CifarFast.Benchmarks.Reports;

/// <summary>The measurement of a section: how many rounds it takes, and where it is, in a line that is rewritten on a terminal.</summary>
/// <param name="section">The section.</param>
/// <param name="asked">How many rounds are wanted, and the page that is written into.</param>
internal sealed class Measurement(string section, ReportArguments asked)
{
    private int _width;

    /// <summary>How many rounds to measure.</summary>
    /// <param name="usual">How many, unless a person wants another number.</param>
    public int Rounds(int usual) => asked.Rounds ?? usual;

    /// <summary>Warms contestants up, then lets them take turns.</summary>
    /// <param name="contestants">They take turns in this order.</param>
    /// <param name="rounds">How often.</param>
    /// <param name="warmUpSeconds">How long each is warmed up.</param>
    /// <param name="part">Which part of the section they are.</param>
    public void Compete(IReadOnlyList<Contestant> contestants, int rounds, double warmUpSeconds, string part = "")
    {
        string of = part.Length == 0 ? "" : $"{part}, ";
        Show($"{of}warming up");
        foreach (Contestant contestant in contestants)
        {
            contestant.WarmUp(warmUpSeconds);
        }

        for (int round = 1; round <= rounds; round++)
        {
            Show($"{of}round {round} of {rounds}");
            foreach (Contestant contestant in contestants)
            {
                contestant.Measure();
            }
        }
    }

    /// <summary>Writes the picture of the section beside the page.</summary>
    /// <param name="svg">The picture.</param>
    /// <returns>What the page calls it.</returns>
    /// <exception cref="ArgumentException">There is no page.</exception>
    public string WritePicture(string svg)
    {
        string page = asked.Page ?? throw new ArgumentException($"{section} has a picture, which lies beside a page: name one");
        string path = $"{Path.ChangeExtension(page, null)}-{section}.svg";
        File.WriteAllText(path, svg);
        return Path.GetFileName(path);
    }

    /// <summary>Says where the measurement is.</summary>
    public void Show(string where)
    {
        string line = $"{section}: {where}";
        if (Console.IsOutputRedirected)
        {
            Console.WriteLine(line);
            return;
        }

        Console.Write($"\r{line.PadRight(_width)}");
        _width = line.Length;
    }

    /// <summary>Ends the line.</summary>
    public void End()
    {
        Show("done");
        if (!Console.IsOutputRedirected)
        {
            Console.WriteLine();
        }
    }
}
