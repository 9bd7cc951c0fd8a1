using System.Globalization;
using System.Text.RegularExpressions;

namespace CifarFast.Trainer.Tests.Console;

/// <summary>What a terminal would show of text with control sequences: as much of one as the live view makes use of.</summary>
internal sealed partial class Screen
{
    private readonly List<char[]> _rows = [];
    private int _width;
    private int _row;
    private int _column;

    /// <summary>Shows <paramref name="text"/> on a terminal of so many columns.</summary>
    /// <exception cref="InvalidOperationException">A line is longer than that: a terminal would wrap it, and all below would be garbled.</exception>
    public Screen(int width, string text)
    {
        _width = width;
        Show(text);
    }

    /// <summary>The lines, without what is blank at their ends and at the end of them all.</summary>
    public string[] Lines => [.. _rows.Select(row => new string(row).TrimEnd()).Reverse().SkipWhile(line => line.Length == 0).Reverse()];

    /// <summary>Whether the cursor can be seen.</summary>
    public bool HasCursor { get; private set; } = true;

    /// <summary>Shows more text.</summary>
    public void Show(string text)
    {
        foreach (Match token in Token().Matches(text))
        {
            if (token.Groups["letter"].Success)
            {
                string count = token.Groups["count"].Value;
                Control(token.Groups["letter"].Value, count, count.Length == 0 ? 1 : int.Parse(count.TrimStart('?').Split(';')[0], CultureInfo.InvariantCulture));
            }
            else
            {
                Print(token.Value[0]);
            }
        }
    }

    /// <summary>Gives the window another width. Lines that no longer fit are wrapped, and the cursor stays at its character.</summary>
    public void Resize(int width)
    {
        List<char[]> wrapped = [];
        int cursor = 0;
        foreach ((int index, char[] row) in _rows.Index())
        {
            cursor = index == _row ? wrapped.Count : cursor;
            string text = new string(row).TrimEnd();
            for (int start = 0; start == 0 || start < text.Length; start += width)
            {
                wrapped.Add(text[start..Math.Min(text.Length, start + width)].PadRight(width).ToCharArray());
            }
        }

        _rows.Clear();
        _rows.AddRange(wrapped);
        (_width, _row) = (width, cursor);
    }

    private void Print(char character)
    {
        if (character is '\r' or '\n')
        {
            _column = 0;
            _row += character == '\n' ? 1 : 0;
            return;
        }

        if (_column == _width)
        {
            throw new InvalidOperationException($"a line is longer than {_width} columns: '{new string(Row)}{character}'");
        }

        Row[_column++] = character;
    }

    private void Control(string letter, string count, int number)
    {
        switch (letter)
        {
            case "A":
                _row = Math.Max(0, _row - number);
                break;
            case "K" when count.Length == 0:
                Array.Fill(Row, ' ', _column, _width - _column);
                break;
            case "J" when count.Length == 0:
                Array.Fill(Row, ' ', _column, _width - _column);
                _rows.RemoveRange(_row + 1, _rows.Count - _row - 1);
                break;
            case "h" or "l" when count == "?25":
                HasCursor = letter == "h";
                break;
            case "m":
                break;
            default:
                throw new InvalidOperationException($"this terminal does not know ESC[{count}{letter}");
        }
    }

    private char[] Row
    {
        get
        {
            while (_rows.Count <= _row)
            {
                char[] blank = new char[_width];
                Array.Fill(blank, ' ');
                _rows.Add(blank);
            }

            return _rows[_row];
        }
    }

    [GeneratedRegex(@"\e\[(?<count>[?\d;]*)(?<letter>[A-Za-z])|[^\e]", RegexOptions.Singleline)]
    private static partial Regex Token();
}
