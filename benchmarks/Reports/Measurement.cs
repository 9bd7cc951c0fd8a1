namespace CifarFast.Benchmarks.Reports;

/// <summary>The measurement of a section: how many rounds it takes, and where it is, in a line that is rewritten on a terminal.</summary>
/// <param name="section">The section.</param>
/// <param name="rounds">How many rounds are wanted; null for as many as the section usually takes.</param>
internal sealed class Measurement(string section, int? rounds)
{
    private int _width;

    /// <summary>How many rounds to measure.</summary>
    /// <param name="usual">How many, unless a person wants another number.</param>
    public int Rounds(int usual) => rounds ?? usual;

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
