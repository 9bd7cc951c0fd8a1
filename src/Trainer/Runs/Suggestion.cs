namespace CifarFast.Trainer.Runs;

/// <summary>Guesses what a person meant who mistyped a name.</summary>
internal static class Suggestion
{
    /// <summary>Of more there is no telling which one was meant.</summary>
    private const int MaxNames = 3;

    /// <summary>Fewer letters are the beginning of too many names.</summary>
    private const int MinBeginning = 3;

    /// <summary>The end of a sentence about a name that is not known, as <c>; did you mean --epochs?</c>, or null where nothing is close.</summary>
    /// <param name="typed">What was typed.</param>
    /// <param name="known">What there is.</param>
    public static string? For(string typed, IEnumerable<string> known)
    {
        string word = Plain(typed);
        int limit = word.Length < 6 ? 1 : 2;
        IGrouping<int, string>? closest = known.Distinct()
            .Select(name => (Name: name, Distance: Distance(word, Plain(name), limit)))
            .Where(one => one.Distance <= limit)
            .GroupBy(one => one.Distance, one => one.Name)
            .MinBy(group => group.Key);
        return closest is not null && closest.Count() <= MaxNames ? $"; did you mean {string.Join(" or ", closest)}?" : null;
    }

    private static string Plain(string name) => name.TrimStart('-').ToLowerInvariant();

    /// <summary>How many mistakes lie between two words; a name half typed, or with something behind it, is one.</summary>
    private static int Distance(string word, string name, int limit)
    {
        bool isBeginning = Math.Min(word.Length, name.Length) >= MinBeginning
            && (name.StartsWith(word, StringComparison.Ordinal) || word.StartsWith(name, StringComparison.Ordinal));
        return isBeginning && word != name ? 1
            : Math.Abs(word.Length - name.Length) > limit ? int.MaxValue
            : Edits(word, name);
    }

    /// <summary>The least number of letters to add, leave out, change, or swap with their neighbours, none of them twice.</summary>
    private static int Edits(string from, string to)
    {
        int[,] edits = new int[from.Length + 1, to.Length + 1];
        for (int i = 0; i <= from.Length; i++)
        {
            for (int j = 0; j <= to.Length; j++)
            {
                edits[i, j] = i == 0 || j == 0 ? i + j : Math.Min(
                    Math.Min(edits[i - 1, j], edits[i, j - 1]) + 1,
                    edits[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    edits[i, j] = Math.Min(edits[i, j], edits[i - 2, j - 2] + 1);
                }
            }
        }

        return edits[from.Length, to.Length];
    }
}
